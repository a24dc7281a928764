//! The pipelines of a test bed together: an execution of one may start others.
//!
//! A pipeline runs as soon as it is created, and on request. One that a build creates runs before
//! the build's next command; one that a build requests runs after the build's execution, since
//! executions of two pipelines are not interleaved.
//!
//! Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html>

use std::collections::BTreeSet;

use super::error::RunError;
use super::event::Event;
use super::execution_queue::Status;
use super::test_bed::TestBed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A commit was pushed, or the operator starts it.
    Push,
    PipelineCreated,
    /// A build called `StartPipelineExecution`.
    Requested,
}

#[derive(Debug)]
pub struct PipelineRunner<'a> {
    test_bed: &'a TestBed,
    /// The pipelines seen so far: any other one was just created.
    known: BTreeSet<String>,
}

/// Receives every event, with the trigger of its execution.
pub type Report<'a> = dyn FnMut(Trigger, Event) + 'a;

impl<'a> PipelineRunner<'a> {
    /// For a test bed as it is.
    ///
    /// # Errors
    /// When what is deployed can't be read.
    pub fn new(test_bed: &'a TestBed) -> Result<Self, RunError> {
        let known = test_bed.pipelines()?;
        Ok(Self { test_bed, known })
    }

    /// Runs a pipeline for a pushed commit, or for the newest one of the branch, and every pipeline
    /// that this starts. Returns the status of the execution.
    ///
    /// # Errors
    /// When the rehearsal itself can't go on.
    pub fn push(
        &mut self,
        pipeline: &str,
        commit: Option<String>,
        report: &mut Report<'_>,
    ) -> Result<Status, RunError> {
        let mut rehearsal = self.test_bed.rehearsal(pipeline)?;
        rehearsal.start(commit);
        let mut failure = None;
        rehearsal.run(&mut |event| {
            if matches!(event, Event::Command { .. })
                && failure.is_none()
                && let Err(error) = self.run_created(report)
            {
                failure = Some(error);
            }
            report(Trigger::Push, event);
        })?;
        if let Some(error) = failure {
            return Err(error);
        }
        self.run_created(report)?;
        for name in self.known.clone() {
            if self.test_bed.services.take_start_request(&name) {
                self.run(&name, Trigger::Requested, report)?;
            }
        }
        let newest = rehearsal.queue().newest();
        Ok(newest.map_or(Status::InProgress, |run| run.status))
    }

    /// Runs the pipelines created since the last call.
    fn run_created(&mut self, report: &mut Report<'_>) -> Result<(), RunError> {
        let now = self.test_bed.pipelines()?;
        let created: Vec<String> = now.difference(&self.known).cloned().collect();
        self.known = now;
        for name in created {
            self.run(&name, Trigger::PipelineCreated, report)?;
        }
        Ok(())
    }

    fn run(&self, name: &str, why: Trigger, report: &mut Report<'_>) -> Result<(), RunError> {
        let mut rehearsal = self.test_bed.rehearsal(name)?;
        rehearsal.start(None);
        rehearsal.run(&mut |event| report(why, event))
    }
}
