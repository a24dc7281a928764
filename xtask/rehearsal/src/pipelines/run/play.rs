//! The pipelines of a scene together: one starts others.
//!
//! A pipeline runs as soon as it is created, and when somebody asks for it. One that a build creates
//! runs before the build's next command; one that a build asks for runs when the build's run is
//! over, since runs of two pipelines are not interleaved here.
//!
//! Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html>

use std::collections::BTreeSet;

use super::error::RunError;
use super::event::Event;
use super::line::Status;
use super::scene::Scene;

/// Why a run starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A commit was pushed, or a person wants it.
    Pushed,
    /// Its pipeline was created.
    Created,
    /// A build has asked for it.
    Asked,
}

/// The pipelines of a scene.
#[derive(Debug)]
pub struct Play<'a> {
    scene: &'a Scene,
    /// Those that have been seen: every other one was just created.
    known: BTreeSet<String>,
}

/// Who watches: gets every event of every run, with why the run was started.
pub type Report<'a> = dyn FnMut(Why, Event) + 'a;

impl<'a> Play<'a> {
    /// Of a scene as it is.
    ///
    /// # Errors
    /// When what is deployed can't be read.
    pub fn new(scene: &'a Scene) -> Result<Self, RunError> {
        let known = scene.pipelines()?;
        Ok(Self { scene, known })
    }

    /// Runs a pipeline for a pushed commit, or for the branch's newest, and every pipeline that is
    /// started by that. Says how the run ended.
    ///
    /// # Errors
    /// When the rehearsal itself can't go on.
    pub fn push(
        &mut self,
        pipeline: &str,
        commit: Option<String>,
        report: &mut Report<'_>,
    ) -> Result<Status, RunError> {
        let mut rehearsal = self.scene.rehearsal(pipeline)?;
        rehearsal.start(commit);
        let mut trouble = None;
        rehearsal.run(&mut |event| {
            if matches!(event, Event::Command { .. })
                && trouble.is_none()
                && let Err(error) = self.run_created(report)
            {
                trouble = Some(error);
            }
            report(Why::Pushed, event);
        })?;
        if let Some(error) = trouble {
            return Err(error);
        }
        self.run_created(report)?;
        for name in self.known.clone() {
            if self.scene.world.take_start(&name) {
                self.run(&name, Why::Asked, report)?;
            }
        }
        let newest = rehearsal.line().newest();
        Ok(newest.map_or(Status::InProgress, |run| run.status))
    }

    /// Runs what was created since this was called last.
    fn run_created(&mut self, report: &mut Report<'_>) -> Result<(), RunError> {
        let now = self.scene.pipelines()?;
        let created: Vec<String> = now.difference(&self.known).cloned().collect();
        self.known = now;
        for name in created {
            self.run(&name, Why::Created, report)?;
        }
        Ok(())
    }

    fn run(&self, name: &str, why: Why, report: &mut Report<'_>) -> Result<(), RunError> {
        let mut rehearsal = self.scene.rehearsal(name)?;
        rehearsal.start(None);
        rehearsal.run(&mut |event| report(why, event))
    }
}
