//! Errors that prevent a rehearsal. A failed execution is a result, not an error.

use std::path::{Path, PathBuf};

use common::environment::EnvironmentName;

use crate::pipelines::run::RunError;

#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error("{0}")]
    Input(#[from] common::input::InputErrors),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("there is no environment `{0}`")]
    NoEnvironment(EnvironmentName),
    #[error("there is no application `{name}` in {environment}")]
    NoApplication {
        name: String,
        environment: EnvironmentName,
    },
    #[error("bootstrap failed with this output:\n{0}")]
    Bootstrap(String),
    #[error("there is no commit `{0}`")]
    NoCommit(String),
    #[error("nothing was pushed: {0} could not be deployed first")]
    NoBeginning(String),
    #[error("git {what} failed: {said}")]
    Git { what: String, said: String },
    #[error("can't access `{path}`")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

/// Names the file or program that an error is about.
pub(super) fn at(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> CommandError {
    let path = path.as_ref().to_owned();
    move |source| CommandError::File { path, source }
}
