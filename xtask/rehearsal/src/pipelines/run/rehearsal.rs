//! A rehearsal of one pipeline.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use super::action::{ActionRun, Progress};
use super::backend::Backend;
use super::config::RunConfig;
use super::error::{At as _, RunError};
use super::event::{Event, Outcome};
use super::execution_queue::{ExecutionQueue, Status};
use super::service_state::ServiceState;
use crate::pipelines::pipeline::{Pipeline, pipelines};

pub struct Rehearsal<'a> {
    config: &'a RunConfig,
    services: &'a ServiceState,
    backend: &'a dyn Backend,
    name: String,
    pipeline: Pipeline,
    queue: ExecutionQueue,
    progress: BTreeMap<usize, Progress>,
    /// The action during whose build the execution is stopped.
    stops_in: Option<String>,
}

impl<'a> Rehearsal<'a> {
    /// A rehearsal of a deployed pipeline.
    ///
    /// # Errors
    /// When it is not, or can't be read.
    pub fn new(
        config: &'a RunConfig,
        services: &'a ServiceState,
        backend: &'a dyn Backend,
        name: &str,
    ) -> Result<Self, RunError> {
        let pipeline = deployed(backend, name)?;
        Ok(Self {
            queue: ExecutionQueue::new(pipeline.mode, pipeline.stages.len()),
            config,
            services,
            backend,
            name: name.to_owned(),
            pipeline,
            progress: BTreeMap::new(),
            stops_in: None,
        })
    }

    #[must_use]
    pub const fn queue(&self) -> &ExecutionQueue {
        &self.queue
    }

    /// Starts an execution for a pushed commit, or for the newest one of the branch. Returns its
    /// number.
    pub fn start(&mut self, commit: Option<String>) -> usize {
        self.queue.start(commit)
    }

    /// Stops the next execution while this action's build is running.
    pub fn stop_in(&mut self, action: &str) {
        self.stops_in = Some(action.to_owned());
    }

    /// Retries the failed stage of an execution.
    pub fn retry(&mut self, run: usize) {
        self.queue.retry(run);
    }

    /// Runs the next stage. Returns whether there was one.
    ///
    /// # Errors
    /// When the rehearsal itself can't go on.
    pub fn step(&mut self, report: &mut dyn FnMut(Event)) -> Result<bool, RunError> {
        let Some((run, stage)) = self.queue.enter() else {
            return Ok(false);
        };
        if stage == 0 {
            self.progress.insert(run, Progress::default());
            report(Event::Started {
                pipeline: self.name.clone(),
                run,
            });
        }
        let ended = self.stage(run, stage, report)?;
        let now = deployed(self.backend, &self.name)?;
        // Each action reads its project and role anew: a change of those alone is no update of the
        // pipeline.
        let updated = now.properties != self.pipeline.properties;
        self.pipeline = now;
        if updated && self.pipeline.restarts_on_update {
            let (mode, stages) = (self.pipeline.mode, self.pipeline.stages.len());
            let next = self.queue.restart(mode, stages);
            self.report_end(run, report)?;
            report(Event::Restarted { run: next });
            return Ok(true);
        }
        match ended {
            Outcome::Stopped => self.queue.stop(run),
            other => self.queue.leave(run, other.succeeded()),
        }
        self.report_end(run, report)?;
        Ok(true)
    }

    /// Runs stages until no execution can enter one.
    ///
    /// # Errors
    /// When the rehearsal itself can't go on.
    pub fn run(&mut self, report: &mut dyn FnMut(Event)) -> Result<(), RunError> {
        while self.step(report)? {}
        Ok(())
    }

    /// Returns the outcome of the last action that was started.
    fn stage(
        &mut self,
        run: usize,
        stage: usize,
        report: &mut dyn FnMut(Event),
    ) -> Result<Outcome, RunError> {
        let commit = self
            .queue
            .execution(run)
            .and_then(|execution| execution.commit.clone());
        let mut progress = self.progress.remove(&run).unwrap_or_default();
        let mut ended = Outcome::Succeeded;
        let pipeline = self.pipeline.clone();
        for action in pipeline
            .stages
            .get(stage)
            .into_iter()
            .flat_map(|s| &s.actions)
        {
            let deployed = self.backend.deployed()?;
            self.services.set_deployed(&deployed)?;
            let folder = self.folder(&action.name)?;
            fs::create_dir_all(folder.join("home")).at(&*folder)?;
            fs::create_dir_all(folder.join("tmp")).at(&*folder)?;
            let action_run = ActionRun {
                config: self.config,
                services: self.services,
                deployed: &deployed,
                pipeline: &pipeline,
                action,
                commit: commit.as_deref(),
                stopped: self.stops_in.as_ref() == Some(&action.name),
                folder,
                variables: self.backend.variables(),
            };
            let role = action_run.role()?;
            report(Event::Action {
                stage: pipeline
                    .stages
                    .get(stage)
                    .map_or_else(String::new, |s| s.name.clone()),
                action: action.name.clone(),
                role: role.rsplit('/').next().unwrap_or(&role).to_owned(),
            });
            let began = Instant::now();
            ended = action_run.run(&mut progress, report)?;
            report(Event::Ended {
                outcome: ended.clone(),
                took: began.elapsed(),
            });
            if !ended.succeeded() {
                break;
            }
        }
        self.progress.insert(run, progress);
        Ok(ended)
    }

    /// A folder for one action, unique among all rehearsals of this configuration.
    fn folder(&self, action: &str) -> Result<PathBuf, RunError> {
        let all = &self.config.folder;
        fs::create_dir_all(all).at(&**all)?;
        let number = fs::read_dir(all).at(&**all)?.count() + 1;
        Ok(all.join(format!("{number:03}-{}-{action}", self.name)))
    }

    /// Records and reports the end of an execution.
    fn report_end(&mut self, run: usize, report: &mut dyn FnMut(Event)) -> Result<(), RunError> {
        let status = match self.queue.execution(run).map(|execution| execution.status) {
            Some(Status::InProgress) | None => return Ok(()),
            Some(status) => status,
        };
        let progress = self.progress.get(&run);
        let commit = progress.and_then(|progress| progress.commit.as_deref());
        self.services.record_run(&self.name, status, commit)?;
        report(Event::Over {
            pipeline: self.name.clone(),
            run,
            status: status.as_str(),
        });
        Ok(())
    }
}

fn deployed(backend: &dyn Backend, name: &str) -> Result<Pipeline, RunError> {
    let all = pipelines(&backend.deployed()?)?;
    all.into_iter()
        .find(|pipeline| pipeline.name == name)
        .ok_or_else(|| RunError::NoPipeline(name.to_owned()))
}
