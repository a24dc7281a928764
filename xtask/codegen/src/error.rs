//! Errors of the generator.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A program that the generator runs is missing or failed.
    #[error("`{program}` failed: {reason}")]
    Program {
        /// The program with its first argument.
        program: String,
        /// Its output, or the reason why it did not start.
        reason: String,
    },
    /// A downloaded package is not the pinned one.
    #[error("{}: the sha256 is {found}, pinned is {expected}", path.display())]
    Digest {
        path: PathBuf,
        expected: &'static str,
        found: String,
    },
    /// A JSON file of a package has another shape than expected.
    #[error("{}: {source}", path.display())]
    Json {
        path: PathBuf,
        source: serde_json::Error,
    },
    /// One of the generator's own inputs is wrong.
    #[error("{}: {message}", path.display())]
    Input { path: PathBuf, message: String },
    #[error("{type_name}: no such resource type in the schemas")]
    UnknownType { type_name: String },
    /// A schema holds something that the generator can't express.
    #[error("{type_name}, {place}: {message}")]
    Schema {
        type_name: String,
        /// The property, with the definition it is in.
        place: String,
        message: String,
    },
}

impl Error {
    pub(crate) fn schema(type_name: &str, place: &str, message: String) -> Self {
        Self::Schema {
            type_name: type_name.to_owned(),
            place: place.to_owned(),
            message,
        }
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
