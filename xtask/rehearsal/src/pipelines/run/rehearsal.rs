//! A rehearsal of one pipeline.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use super::action::{Doing, Progress};
use super::clouds::Clouds;
use super::error::{At as _, RunError};
use super::event::{Event, Outcome};
use super::forge::Forge;
use super::line::{Line, Status};
use super::world::World;
use crate::pipelines::pipeline::{Pipeline, pipelines};

/// What rehearsals are run with.
#[derive(Clone, Debug)]
pub struct Setting {
    /// A folder for everything that actions leave.
    pub folder: PathBuf,
    /// The region.
    pub region: String,
    /// The repositories.
    pub forge: Forge,
    /// What `PATH` is in builds: the stand-ins first.
    pub path: String,
    /// More variables for builds.
    pub variables: BTreeMap<String, String>,
    /// Commands of buildspecs, and what is run instead of them.
    pub replaced: Vec<(String, String)>,
}

/// A pipeline with its runs.
pub struct Rehearsal<'a> {
    setting: &'a Setting,
    world: &'a World,
    clouds: &'a dyn Clouds,
    name: String,
    pipeline: Pipeline,
    line: Line,
    progress: BTreeMap<usize, Progress>,
    /// The action whose build is running when the run is stopped.
    stops_in: Option<String>,
}

impl<'a> Rehearsal<'a> {
    /// Of a pipeline that is deployed.
    ///
    /// # Errors
    /// When it is not, or can't be read.
    pub fn new(
        setting: &'a Setting,
        world: &'a World,
        clouds: &'a dyn Clouds,
        name: &str,
    ) -> Result<Self, RunError> {
        let pipeline = deployed(clouds, name)?;
        Ok(Self {
            line: Line::new(pipeline.mode, pipeline.stages.len()),
            setting,
            world,
            clouds,
            name: name.to_owned(),
            pipeline,
            progress: BTreeMap::new(),
            stops_in: None,
        })
    }

    /// The runs.
    #[must_use]
    pub const fn line(&self) -> &Line {
        &self.line
    }

    /// Starts a run for a pushed commit, or for the branch's newest. Gives its number.
    pub fn start(&mut self, commit: Option<String>) -> usize {
        self.line.start(commit)
    }

    /// Has the next run stopped, with the build that this action is running.
    pub fn stop_in(&mut self, action: &str) {
        self.stops_in = Some(action.to_owned());
    }

    /// Tries the stage again in which a run has failed.
    pub fn retry(&mut self, run: usize) {
        self.line.retry(run);
    }

    /// Does one stage of the run that is next. Gives whether there was one.
    ///
    /// # Errors
    /// When the rehearsal itself can't go on.
    pub fn step(&mut self, report: &mut dyn FnMut(Event)) -> Result<bool, RunError> {
        let Some((run, stage)) = self.line.enter() else {
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
        let now = deployed(self.clouds, &self.name)?;
        // What projects and roles are, is read by each action anew: a change of those alone is no
        // update of the pipeline.
        let updated = now.properties != self.pipeline.properties;
        self.pipeline = now;
        if updated && self.pipeline.restarts_on_update {
            let (mode, stages) = (self.pipeline.mode, self.pipeline.stages.len());
            let next = self.line.restart(mode, stages);
            self.over(run, report)?;
            report(Event::Restarted { run: next });
            return Ok(true);
        }
        match ended {
            Outcome::Stopped => self.line.stop(run),
            other => self.line.leave(run, other.is_well()),
        }
        self.over(run, report)?;
        Ok(true)
    }

    /// Goes on until no run has a stage to enter.
    ///
    /// # Errors
    /// When the rehearsal itself can't go on.
    pub fn run(&mut self, report: &mut dyn FnMut(Event)) -> Result<(), RunError> {
        while self.step(report)? {}
        Ok(())
    }

    /// Gives how the last action of the stage ended that was begun.
    fn stage(
        &mut self,
        run: usize,
        stage: usize,
        report: &mut dyn FnMut(Event),
    ) -> Result<Outcome, RunError> {
        let commit = self
            .line
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
            let deployed = self.clouds.deployed()?;
            self.world.deployed(&deployed)?;
            let folder = self.folder(&action.name)?;
            fs::create_dir_all(folder.join("home")).at(&*folder)?;
            fs::create_dir_all(folder.join("tmp")).at(&*folder)?;
            let doing = Doing {
                setting: self.setting,
                world: self.world,
                deployed: &deployed,
                pipeline: &pipeline,
                action,
                commit: commit.as_deref(),
                stopped: self.stops_in.as_ref() == Some(&action.name),
                folder,
                variables: self.clouds.variables(),
            };
            let role = doing.role()?;
            report(Event::Action {
                stage: pipeline
                    .stages
                    .get(stage)
                    .map_or_else(String::new, |s| s.name.clone()),
                action: action.name.clone(),
                role: role.rsplit('/').next().unwrap_or(&role).to_owned(),
            });
            let began = Instant::now();
            ended = doing.run(&mut progress, report)?;
            report(Event::Ended {
                outcome: ended.clone(),
                took: began.elapsed(),
            });
            if !ended.is_well() {
                break;
            }
        }
        self.progress.insert(run, progress);
        Ok(ended)
    }

    /// A folder for an action that no other has, of any rehearsal in this setting.
    fn folder(&self, action: &str) -> Result<PathBuf, RunError> {
        let all = &self.setting.folder;
        fs::create_dir_all(all).at(&**all)?;
        let number = fs::read_dir(all).at(&**all)?.count() + 1;
        Ok(all.join(format!("{number:03}-{}-{action}", self.name)))
    }

    /// Says when a run is over, to whoever watches and to whoever asks.
    fn over(&mut self, run: usize, report: &mut dyn FnMut(Event)) -> Result<(), RunError> {
        let status = match self.line.execution(run).map(|execution| execution.status) {
            Some(Status::InProgress) | None => return Ok(()),
            Some(status) => status.as_str(),
        };
        let progress = self.progress.get(&run);
        let commit = progress.and_then(|progress| progress.commit.as_deref());
        self.world.run_ended(&self.name, status, commit)?;
        report(Event::Over {
            pipeline: self.name.clone(),
            run,
            status,
        });
        Ok(())
    }
}

fn deployed(clouds: &dyn Clouds, name: &str) -> Result<Pipeline, RunError> {
    let all = pipelines(&clouds.deployed()?)?;
    all.into_iter()
        .find(|pipeline| pipeline.name == name)
        .ok_or_else(|| RunError::NoPipeline(name.to_owned()))
}

impl Outcome {
    /// What went wrong, for a person.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Succeeded => None,
            Self::Command { phase, code } => {
                Some(format!("a command of {phase} failed with {code}"))
            }
            Self::Denied {
                role,
                action,
                resource,
                why,
            } => Some(format!("{role} may not {action} on {resource}: {why}")),
            Self::Missing(what) => Some(format!("{what} is missing")),
            Self::Stopped => Some("the run was stopped".to_owned()),
        }
    }
}
