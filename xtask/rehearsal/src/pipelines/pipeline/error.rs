//! Errors in pipelines and buildspecs.

use crate::pipelines::template::TemplateError;

/// Errors in pipelines and buildspecs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A property is missing or has another type.
    #[error("{place} has no {what}")]
    Missing {
        /// The pipeline, action or buildspec.
        place: String,
        what: String,
    },
    #[error("{place} sets {what}, which rehearsals don't support")]
    Unknown { place: String, what: String },
    #[error("action {action} of {pipeline} takes `{artifact}`, which no earlier action outputs")]
    NoArtifact {
        pipeline: String,
        action: String,
        artifact: String,
    },
    #[error("no action has set the variable `{0}`")]
    NoVariable(String),
    #[error("can't parse the buildspec of {place}: {message}")]
    Yaml { place: String, message: String },
}
