//! Passes through the pipelines of an environment, as they are told.

use common::application::Application;
use common::environment::Environment;

use super::error::CommandError;
use super::say::say;
use super::told::told;
use crate::pipelines::run::{Event, Scene, Status, render};

/// Whose pipelines are run, and how much is told of it.
pub(super) struct Passes<'a> {
    pub(super) scene: &'a Scene,
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
        self.scene.world.take_changes();
        let runs = self.definition(Some(commit.to_owned()))?;
        let changes = self.scene.world.take_changes();
        let well = runs.well() && self.of_application()?;
        for line in told(&runs.0, &changes) {
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
        Ok(self.scene.pipelines()?.contains(&name))
    }

    /// A run of a pipeline, and those that it starts by changing the pipeline.
    fn pass(&self, pipeline: &str, commit: Option<String>) -> Result<Runs, CommandError> {
        let mut rehearsal = self.scene.rehearsal(pipeline)?;
        rehearsal.start(commit);
        let mut spoken: Vec<String> = Vec::new();
        rehearsal.run(&mut |event| {
            match &event {
                Event::Said(line) if !self.verbose => spoken.push(line.clone()),
                // What a command said is wanted when it has failed.
                Event::Ended { outcome, .. } => {
                    if !outcome.is_well() {
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
        let runs = rehearsal.line().executions().iter();
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
