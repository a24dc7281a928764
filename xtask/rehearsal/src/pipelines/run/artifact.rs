//! Artifacts of actions.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{At as _, RunError};
use super::git_host::GitHost;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// A reference to a commit, which the build clones.
    Clone {
        /// `owner/name`.
        repository: String,
        commit: String,
    },
    /// Files, as they come out of a zip.
    Files(PathBuf),
}

impl Artifact {
    /// Unpacks the artifact into a new folder, or clones it into the one that the repository
    /// reuses; returns the folder.
    ///
    /// # Errors
    /// When it can't be put there.
    pub fn put(&self, git_host: &GitHost, into: &Path) -> Result<PathBuf, RunError> {
        match self {
            Self::Clone { repository, commit } => git_host.clone_at(repository, commit, into),
            Self::Files(folder) => {
                copy_as_zip(folder, into)?;
                Ok(into.to_owned())
            }
        }
    }
}

/// Copies a folder as a zip of CodePipeline transports it: executable bits are lost, links are
/// resolved, and empty folders are dropped. Files of `.git` come through.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html>
pub(super) fn copy_as_zip(from: &Path, to: &Path) -> Result<(), RunError> {
    fs::create_dir_all(to).at(to)?;
    for entry in fs::read_dir(from).at(from)? {
        let path = entry.at(from)?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        let target = to.join(name);
        if path.is_dir() {
            let empty = fs::read_dir(&path).at(&*path)?.next().is_none();
            if !empty {
                copy_as_zip(&path, &target)?;
            }
        } else {
            let content = fs::read(&path).at(&*path)?;
            fs::write(&target, content).at(target)?;
        }
    }
    Ok(())
}
