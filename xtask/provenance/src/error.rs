//! Errors of an inspection.

use std::io;
use std::path::{Path, PathBuf};

use crate::git::GitError;

/// Why a folder's repository can't be inspected.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InspectError {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("can't read {}", .path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("git reports {} as part of {}, which does not contain it", .folder.display(), .root.display())]
    Elsewhere { folder: PathBuf, root: PathBuf },
    #[error("git lists the commit in an unknown format: {0}")]
    Listing(String),
}

pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> InspectError {
    let path = path.to_owned();
    move |source| InspectError::Read { path, source }
}
