//! What a published release says of itself: `release.json`, beside the folder of its assembly.
//!
//! Whoever deploys an application has neither the repository nor git. The release says what it was
//! made from, and the digest of its assembly ties the two together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cli_conventions::files;
use common::environment::EnvironmentName;
use common::terminal_text::displayed_path;
use serde::{Deserialize, Serialize};

use super::expected::Expected;
use super::found::Checkout;

/// The version of the format. It goes up when a reader of the old one would misread the new.
pub const RELEASE_VERSION: u32 = 1;

/// The name of the file.
pub const RELEASE_FILE: &str = "release.json";

/// A release, as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Release {
    /// [`RELEASE_VERSION`] of the format.
    pub version: u32,
    /// The environment.
    pub environment: EnvironmentName,
    /// The commit that it was made from.
    pub commit: String,
    /// The branch that the commit is of: the environment's, if it is of that.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<String>,
    /// Whether it was made from the commit and nothing else.
    pub clean: bool,
    /// The digest of the assembly's files: see [`assembly_digest`](super::assembly_digest).
    pub assembly_digest: String,
}

/// Why a release can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// A file can't be read.
    #[error("can't read {}", displayed_path(.path))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file can't be written.
    #[error("can't write {}", displayed_path(.path))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not the JSON of a release.
    #[error("malformed {}", displayed_path(.path))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// Another version of the format.
    #[error("{} has version {found}, and this program knows {RELEASE_VERSION}", displayed_path(.path))]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
}

impl Release {
    /// The release of an assembly that was made from a checkout.
    #[must_use]
    pub fn new(expected: &Expected, checkout: &Checkout, assembly_digest: String) -> Self {
        let branch = if checkout.is_from_branch(expected) {
            Some(expected.branch.clone())
        } else {
            checkout.branch.clone()
        };
        Self {
            version: RELEASE_VERSION,
            environment: expected.environment,
            commit: checkout.commit.clone(),
            branch,
            clean: checkout.is_clean(),
            assembly_digest,
        }
    }

    /// The release that an assembly's folder is part of, if it is of one.
    ///
    /// # Errors
    /// When there is a description that can't be understood.
    pub fn around(assembly_folder: &Path) -> Result<Option<Self>, ReleaseError> {
        // Of `assembly` the parent is an empty path, of `.` there is none to see.
        let folder = std::path::absolute(assembly_folder).map_err(|source| ReleaseError::Read {
            path: assembly_folder.to_owned(),
            source,
        })?;
        let Some(path) = folder.parent().map(|parent| parent.join(RELEASE_FILE)) else {
            return Ok(None);
        };
        match fs::read(&path) {
            Ok(bytes) => Self::parse(&path, &bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ReleaseError::Read { path, source }),
        }
    }

    fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ReleaseError> {
        let malformed = |source| ReleaseError::Malformed {
            path: path.to_owned(),
            source,
        };
        // The version first: a newer format may have fields that are unknown here.
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(malformed)?;
        if let Some(found) = value.get("version").and_then(serde_json::Value::as_u64)
            && found != u64::from(RELEASE_VERSION)
        {
            return Err(ReleaseError::Version {
                path: path.to_owned(),
                found,
            });
        }
        serde_json::from_value(value).map_err(malformed)
    }

    /// Writes the description.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, path: &Path) -> Result<(), ReleaseError> {
        let mut text =
            serde_json::to_string_pretty(self).map_err(|source| ReleaseError::Malformed {
                path: path.to_owned(),
                source,
            })?;
        text.push('\n');
        files::write(path, text).map_err(|source| ReleaseError::Write {
            path: path.to_owned(),
            source,
        })
    }
}
