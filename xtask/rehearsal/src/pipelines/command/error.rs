//! Why nothing was rehearsed. Not why a run fails: that is what a rehearsal tells.

use std::path::{Path, PathBuf};

use common::environment::EnvironmentName;

use crate::pipelines::run::RunError;

/// Why nothing was rehearsed.
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
    #[error("bootstrap failed; at its terminal:\n{0}")]
    Bootstrap(String),
    #[error("there is no commit `{0}`")]
    NoCommit(String),
    #[error("nothing was pushed: the environment did not come to be as of {0}")]
    NoBeginning(String),
    #[error("git {what} failed: {said}")]
    Git { what: String, said: String },
    #[error("can't use `{path}`")]
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
