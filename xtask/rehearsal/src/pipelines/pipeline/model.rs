//! The model of a pipeline and its build projects.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::PipelineError;

/// A pipeline, as it is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    pub name: String,
    pub stack: String,
    pub role: String,
    pub mode: ExecutionMode,
    /// Whether an update of the pipeline restarts its execution.
    pub restarts_on_update: bool,
    pub artifact_bucket: String,
    /// The ARN of the key that encrypts the artifacts.
    pub artifact_key: String,
    /// The branches whose pushes trigger it.
    pub branches: Vec<String>,
    /// Its stages, in order.
    pub stages: Vec<Stage>,
    /// The resolved properties of the resource: CloudFormation updates the pipeline when one of
    /// them changes, not when a resource that they name does.
    pub properties: Value,
}

/// The handling of executions that wait for a busy stage.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html#concepts-how-it-works-executions>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionMode {
    /// Each waits for its turn.
    Queued,
    /// A newer one takes the place of one that waits.
    Superseded,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    pub name: String,
    /// Its actions, by the order in which they run.
    pub actions: Vec<Action>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub name: String,
    /// `RunOrder`: actions with the same number run in parallel.
    pub order: u64,
    pub namespace: Option<String>,
    pub kind: ActionKind,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// A source: a branch of a repository.
    Repository {
        /// `owner/name`.
        repository: String,
        branch: String,
        connection: String,
        format: SourceFormat,
    },
    /// A source: a zip in a bucket.
    Object { bucket: String, key: String },
    Build {
        /// The name of the project, which is read when the action starts.
        project: String,
        /// The input artifact whose folder is the working directory.
        primary: Option<String>,
        /// Further variables; values may refer to variables of the execution.
        variables: Vec<(String, String)>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// A reference; the build clones it, with its history.
    Clone,
    /// The files of one commit, as a zip.
    Files,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub name: String,
    pub arn: String,
    pub role: String,
    pub commands: BuildspecSource,
    pub variables: BTreeMap<String, String>,
    pub log_group: String,
    /// `PrivilegedMode`, which Docker needs.
    pub builds_images: bool,
    /// The timeout in minutes.
    pub minutes: u64,
    /// Bucket and prefix of its cache.
    pub cache: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildspecSource {
    /// A path in the source.
    File(String),
    Inline(String),
}

impl Pipeline {
    /// Every action with its stage, in the order of the stages.
    pub fn actions(&self) -> impl Iterator<Item = (&Stage, &Action)> {
        self.stages
            .iter()
            .flat_map(|stage| stage.actions.iter().map(move |action| (stage, action)))
    }

    /// Checks that an earlier stage outputs every input artifact.
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

/// Variables under one namespace: `Source`, and in it `CommitId`.
#[derive(Debug)]
pub struct Namespace<'a> {
    variables: &'a mut Variables,
    namespace: &'a str,
}

impl Namespace<'_> {
    pub fn set(&mut self, name: &str, value: &str) {
        let name = format!("{}.{name}", self.namespace);
        self.variables.0.insert(name, value.to_owned());
    }
}

/// The variables of an execution, set by its actions so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The variables of one action.
    pub fn namespace<'a>(&'a mut self, namespace: &'a str) -> Namespace<'a> {
        Namespace {
            variables: self,
            namespace,
        }
    }

    /// Replaces every `#{namespace.name}` in a text.
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
