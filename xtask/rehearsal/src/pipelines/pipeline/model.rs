//! A pipeline.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::PipelineError;

/// A pipeline, as it is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Its stack.
    pub stack: String,
    /// The role that it acts as.
    pub role: String,
    /// What happens to runs that wait.
    pub mode: ExecutionMode,
    /// Whether a run starts again when the pipeline was changed by it.
    pub restarts_on_update: bool,
    /// The bucket that its actions hand artifacts on through.
    pub artifact_bucket: String,
    /// The key that they are encrypted with.
    pub artifact_key: String,
    /// The branches that start it when they move.
    pub branches: Vec<String>,
    /// Its stages, in order.
    pub stages: Vec<Stage>,
    /// The properties of its resource, resolved: CloudFormation updates it when one of them changes, and
    /// not when what it names does.
    pub properties: Value,
}

/// What happens to runs that wait for a stage that is busy.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html#concepts-how-it-works-executions>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionMode {
    /// Each waits for its turn.
    Queued,
    /// A newer one takes the place of one that waits.
    Superseded,
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Its actions, by the order in which they run.
    pub actions: Vec<Action>,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// Actions of one number run together, smaller numbers first.
    pub order: u64,
    /// What its variables are called by.
    pub namespace: Option<String>,
    /// What it does.
    pub kind: ActionKind,
    /// What it takes, by name.
    pub inputs: Vec<String>,
    /// What it hands on, by name.
    pub outputs: Vec<String>,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Takes a branch of a repository.
    Repository {
        /// `owner/name`.
        repository: String,
        /// The branch.
        branch: String,
        /// The ARN of the connection that it is taken through.
        connection: String,
        /// How it is handed on.
        format: SourceFormat,
    },
    /// Takes an object: a zip.
    Object {
        /// Of which bucket.
        bucket: String,
        /// By which key.
        key: String,
    },
    /// Runs a project.
    Build {
        /// Its name. What it is, is read when the action starts.
        project: String,
        /// The input in whose folder it starts.
        primary: Option<String>,
        /// More variables, whose values may stand for variables of the run.
        variables: Vec<(String, String)>,
    },
}

/// How a repository is handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// A reference; the build clones it, with its history.
    Clone,
    /// The files of one commit, as a zip.
    Files,
}

/// A build project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The role that it runs as.
    pub role: String,
    /// Where its commands are.
    pub commands: BuildspecSource,
    /// Its own variables.
    pub variables: BTreeMap<String, String>,
    /// The log group that it writes to.
    pub log_group: String,
    /// Whether it may run Docker.
    pub builds_images: bool,
    /// After how many minutes it is stopped.
    pub minutes: u64,
    /// Bucket and prefix of its cache.
    pub cache: Option<String>,
}

/// Where the commands of a project are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildspecSource {
    /// In a file of the source.
    File(String),
    /// In the template.
    Inline(String),
}

impl Pipeline {
    /// Every action with its stage, in the order of the stages.
    pub fn actions(&self) -> impl Iterator<Item = (&Stage, &Action)> {
        self.stages
            .iter()
            .flat_map(|stage| stage.actions.iter().map(move |action| (stage, action)))
    }

    /// Whether every artifact that an action takes is handed on by a stage before its own.
    ///
    /// # Errors
    /// When one is not.
    pub(super) fn check_artifacts(&self) -> Result<(), PipelineError> {
        let mut there: Vec<&str> = Vec::new();
        for stage in &self.stages {
            for action in &stage.actions {
                let missing = action
                    .inputs
                    .iter()
                    .find(|input| !there.contains(&input.as_str()));
                if let Some(artifact) = missing {
                    return Err(PipelineError::NoArtifact {
                        pipeline: self.name.clone(),
                        action: action.name.clone(),
                        artifact: artifact.clone(),
                    });
                }
            }
            let outputs = stage.actions.iter().flat_map(|action| &action.outputs);
            there.extend(outputs.map(String::as_str));
        }
        Ok(())
    }
}

/// The variables of a run: what its actions have said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Adds one of an action: `Source`, `CommitId`.
    pub fn set(&mut self, namespace: &str, name: &str, value: &str) {
        self.0
            .insert(format!("{namespace}.{name}"), value.to_owned());
    }

    /// A text with every `#{namespace.name}` replaced.
    ///
    /// # Errors
    /// When there is no such variable.
    pub fn fill(&self, text: &str) -> Result<String, PipelineError> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("#{") {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value = self
                .0
                .get(name)
                .ok_or_else(|| PipelineError::NoVariable(name.to_owned()))?;
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}
