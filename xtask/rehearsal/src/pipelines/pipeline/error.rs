//! Why a pipeline can't be read.

use crate::pipelines::template::TemplateError;

/// Why a pipeline can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PipelineError {
    /// A template can't be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Something is missing, or of another form.
    #[error("{place} has no {what}")]
    Missing {
        /// What it should be in.
        place: String,
        /// What.
        what: String,
    },
    /// A setting that is not honoured here.
    #[error("{place} sets {what}, which is not rehearsed")]
    Unknown {
        /// Where.
        place: String,
        /// What.
        what: String,
    },
    /// An action takes what no action before it hands on.
    #[error(
        "the action {action} of {pipeline} takes `{artifact}`, which nothing before it hands on"
    )]
    NoArtifact {
        /// The pipeline.
        pipeline: String,
        /// The action.
        action: String,
        /// The artifact.
        artifact: String,
    },
    /// A variable of a run that no action before sets.
    #[error("`{0}` is no variable of an action that has run")]
    NoVariable(String),
    /// A buildspec is no YAML.
    #[error("the buildspec of {place} can't be read: {message}")]
    Yaml {
        /// Whose.
        place: String,
        /// Why.
        message: String,
    },
}
