//! Executions of an environment's pipelines, with their output.

use std::io::Write as _;

use common::application::Application;
use common::environment::Environment;

use super::error::CommandError;
use crate::pipelines::run::{Event, Status, TestBed, render};

/// The pipelines to run, and how verbosely.
pub(super) struct Passes<'a> {
    pub(super) test_bed: &'a TestBed,
    pub(super) environment: &'a Environment,
    pub(super) application: Option<&'a Application>,
    pub(super) verbose: bool,
}

impl Passes<'_> {
    /// Runs the definition's pipeline, then the application's, for the newest commits. Returns
    /// whether the last execution succeeded.
    pub(super) fn run_newest(&self) -> Result<bool, CommandError> {
        Ok(self.run_definition(None)?.succeeded() && self.run_application()?)
    }

    /// The same, where the application may not exist yet.
    pub(super) fn run_existing(&self) -> Result<bool, CommandError> {
        let succeeded = self.run_definition(None)?.succeeded();
        Ok(succeeded && (!self.has_application()? || self.run_application()?))
    }

    /// Runs the pipelines for a pushed commit of the definition, and summarizes what changed.
    pub(super) fn run_push(&self, commit: &str) -> Result<bool, CommandError> {
        self.test_bed.services.take_changes();
        let runs = self.run_definition(Some(commit.to_owned()))?;
        let changes = self.test_bed.services.take_changes();
        let succeeded = runs.succeeded() && self.run_application()?;
        for line in summary(&runs.0, &changes) {
            say(&line);
        }
        Ok(succeeded)
    }

    fn run_definition(&self, commit: Option<String>) -> Result<Runs, CommandError> {
        let name = self.environment.names().definition_pipeline();
        self.run(&name, commit)
    }

    fn run_application(&self) -> Result<bool, CommandError> {
        let Some(application) = self.application else {
            return Ok(true);
        };
        let name = self.environment.names().pipeline(&application.name);
        Ok(self.run(&name, None)?.succeeded())
    }

    fn has_application(&self) -> Result<bool, CommandError> {
        let Some(application) = self.application else {
            return Ok(false);
        };
        let name = self.environment.names().pipeline(&application.name);
        Ok(self.test_bed.pipelines()?.contains(&name))
    }

    /// Runs a pipeline, and again where an execution changes the pipeline itself.
    fn run(&self, pipeline: &str, commit: Option<String>) -> Result<Runs, CommandError> {
        let mut rehearsal = self.test_bed.rehearsal(pipeline)?;
        rehearsal.start(commit);
        let mut output: Vec<String> = Vec::new();
        rehearsal.run(&mut |event| {
            match &event {
                Event::Said(line) if !self.verbose => output.push(line.clone()),
                // The output of a command is shown when it fails.
                Event::Ended { outcome, .. } => {
                    if !outcome.succeeded() {
                        for line in &output {
                            say(&format!("      {line}"));
                        }
                    }
                    output.clear();
                    say(&render(&event));
                }
                _ => say(&render(&event)),
            }
        })?;
        let runs = rehearsal.queue().executions().iter();
        Ok(Runs(runs.map(|run| run.status).collect()))
    }
}

/// The statuses of the executions, the oldest first.
struct Runs(Vec<Status>);

impl Runs {
    fn succeeded(&self) -> bool {
        self.0.last() == Some(&Status::Succeeded)
    }
}

/// Prints a line. Output after the reader has closed the pipe is lost.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// The executions of a push, and every call that changed a stack, in order: `ExecuteChangeSet
/// <stack>`.
fn summary(runs: &[Status], changes: &[String]) -> Vec<String> {
    let ended: Vec<&str> = runs.iter().map(|run| run.as_str()).collect();
    let number = match runs.len() {
        1 => "one run".to_owned(),
        several => format!("{several} runs"),
    };
    let mut lines = vec![format!("the push took {number}: {}", ended.join(", "))];
    lines.push(if changes.is_empty() {
        "no changes in CloudFormation".to_owned()
    } else {
        "changes in CloudFormation, in order:".to_owned()
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
                "changes in CloudFormation, in order:",
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
                "no changes in CloudFormation",
            ]
        );
    }
}
