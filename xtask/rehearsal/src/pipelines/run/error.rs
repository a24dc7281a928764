//! Why a rehearsal can't go on. Not why an action fails: that is its outcome.

use std::io;
use std::path::PathBuf;

use crate::pipelines::pipeline::PipelineError;
use crate::pipelines::policy::PolicyError;
use crate::pipelines::template::TemplateError;

/// Why a rehearsal can't go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file or folder.
    #[error("can't use `{path}`")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program that is needed.
    #[error("can't run `{program}`")]
    Program {
        /// Which.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Git said no.
    #[error("git can't {what}: {message}")]
    Git {
        /// What it should do.
        what: String,
        /// What it says.
        message: String,
    },
    /// A file of the world that is not what was written there.
    #[error("`{path}` can't be read")]
    Json {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A template can't be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The roles can't be read.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A pipeline can't be read.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// There is no local CloudFormation.
    #[error(transparent)]
    Server(#[from] emulator::server::ServerError),
    /// There is no such pipeline.
    #[error("there is no pipeline `{0}`")]
    NoPipeline(String),
    /// Nobody has such a repository here.
    #[error("nothing here stands for the repository `{0}`")]
    NoRepository(String),
    /// The events can't be shown.
    #[error("can't print")]
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
