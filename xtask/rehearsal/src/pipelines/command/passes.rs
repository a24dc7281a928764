//! Passes through the pipelines of an environment, as they are told.

use std::io::Write as _;

use common::application::Application;
use common::environment::Environment;

use super::error::CommandError;
use crate::pipelines::run::{Event, Status, TestBed, render};

/// Whose pipelines are run, and how much is told of it.
pub(super) struct Passes<'a> {
    pub(super) test_bed: &'a TestBed,
    pub(super) environment: &'a Environment,
    pub(super) application: Option<&'a Application>,
    pub(super) verbose: bool,
}

impl Passes<'_> {
    /// The definition's pipeline and the application's take what is newest. Gives whether the last run
    /// went well.
    pub(super) fn newest(&self) -> Result<bool, CommandError> {
        Ok(self.definition(None)?.well() && self.of_application()?)
    }

    /// The same, of an environment in which there may not be the application yet.
    pub(super) fn what_is_there(&self) -> Result<bool, CommandError> {
        let well = self.definition(None)?.well();
        Ok(well && (!self.has_application()? || self.of_application()?))
    }

    /// A commit of the definition was pushed. Tells at last what that did.
    pub(super) fn pushed(&self, commit: &str) -> Result<bool, CommandError> {
        self.test_bed.services.take_changes();
        let runs = self.definition(Some(commit.to_owned()))?;
        let changes = self.test_bed.services.take_changes();
        let well = runs.well() && self.of_application()?;
        for line in summary(&runs.0, &changes) {
            say(&line);
        }
        Ok(well)
    }

    fn definition(&self, commit: Option<String>) -> Result<Runs, CommandError> {
        let name = self.environment.names().definition_pipeline();
        self.pass(&name, commit)
    }

    fn of_application(&self) -> Result<bool, CommandError> {
        let Some(application) = self.application else {
            return Ok(true);
        };
        let name = self.environment.names().pipeline(&application.name);
        Ok(self.pass(&name, None)?.well())
    }

    fn has_application(&self) -> Result<bool, CommandError> {
        let Some(application) = self.application else {
            return Ok(false);
        };
        let name = self.environment.names().pipeline(&application.name);
        Ok(self.test_bed.pipelines()?.contains(&name))
    }

    /// A run of a pipeline, and those that it starts by changing the pipeline.
    fn pass(&self, pipeline: &str, commit: Option<String>) -> Result<Runs, CommandError> {
        let mut rehearsal = self.test_bed.rehearsal(pipeline)?;
        rehearsal.start(commit);
        let mut spoken: Vec<String> = Vec::new();
        rehearsal.run(&mut |event| {
            match &event {
                Event::Said(line) if !self.verbose => spoken.push(line.clone()),
                // What a command said is wanted when it has failed.
                Event::Ended { outcome, .. } => {
                    if !outcome.succeeded() {
                        for line in &spoken {
                            say(&format!("      {line}"));
                        }
                    }
                    spoken.clear();
                    say(&render(&event));
                }
                _ => say(&render(&event)),
            }
        })?;
        let runs = rehearsal.queue().executions().iter();
        Ok(Runs(runs.map(|run| run.status).collect()))
    }
}

/// How the runs ended, the oldest first.
struct Runs(Vec<Status>);

impl Runs {
    fn well(&self) -> bool {
        self.0.last() == Some(&Status::Succeeded)
    }
}

/// Prints a line. Output after the reader has closed the pipe is lost.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// The runs that it took, and every call that changed something, in order. `changes` are names of
/// calls, each with the stack's.
fn summary(runs: &[Status], changes: &[String]) -> Vec<String> {
    let ended: Vec<&str> = runs.iter().map(|run| run.as_str()).collect();
    let number = match runs.len() {
        1 => "one run".to_owned(),
        several => format!("{several} runs"),
    };
    let mut lines = vec![format!("the push took {number}: {}", ended.join(", "))];
    lines.push(if changes.is_empty() {
        "nothing was changed in CloudFormation".to_owned()
    } else {
        "changed in CloudFormation, in this order:".to_owned()
    });
    lines.extend(changes.iter().map(|change| format!("  {change}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_changes_are_listed_in_order() {
        let changes = ["cicd", "network"].map(|stack| format!("ExecuteChangeSet {stack}"));
        let lines = summary(&[Status::Cancelled, Status::Succeeded], &changes);
        assert_eq!(
            lines,
            [
                "the push took 2 runs: Cancelled, Succeeded",
                "changed in CloudFormation, in this order:",
                "  ExecuteChangeSet cicd",
                "  ExecuteChangeSet network",
            ]
        );
    }

    #[test]
    fn what_changes_nothing_says_so() {
        assert_eq!(
            summary(&[Status::Succeeded], &[]),
            [
                "the push took one run: Succeeded",
                "nothing was changed in CloudFormation",
            ]
        );
    }
}
