//! Errors of a rehearsal itself. The failure of an action is an outcome, not an error.

use std::io;
use std::path::PathBuf;

use crate::pipelines::pipeline::PipelineError;
use crate::pipelines::policy::PolicyError;
use crate::pipelines::template::TemplateError;

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("can't access `{path}`")]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("can't run `{program}`")]
    Program {
        program: String,
        #[source]
        source: io::Error,
    },
    #[error("git can't {what}: {message}")]
    Git { what: String, message: String },
    /// A file of the service state is not valid JSON.
    #[error("can't parse `{path}`")]
    Json {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The roles can't be read.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// There is no local CloudFormation.
    #[error(transparent)]
    Server(#[from] emulator::server::ServerError),
    #[error("there is no pipeline `{0}`")]
    NoPipeline(String),
    /// The Git host has no such repository.
    #[error("there is no local repository for `{0}`")]
    NoRepository(String),
    #[error("can't write to standard output")]
    Print(#[source] io::Error),
}

/// Names the file that an error is about.
pub(super) trait At<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, RunError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T, RunError> {
        self.map_err(|source| RunError::File {
            path: path.into(),
            source,
        })
    }
}
