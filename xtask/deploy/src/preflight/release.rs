//! The description of a published release: `release.json`, next to the folder of its assembly.
//!
//! The pipelines of applications have neither the repository nor git. The release records its sources, and the
//! digest of its assembly ties the two together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cli_conventions::files;
use common::environment::EnvironmentName;
use common::terminal_text::displayed_path;
use serde::{Deserialize, Serialize};

use super::checkout::Checkout;
use super::expected_target::ExpectedTarget;

/// The version of the format. It goes up when a reader of the old one would misread the new.
pub const RELEASE_VERSION: u32 = 1;

pub const RELEASE_FILE: &str = "release.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Release {
    /// [`RELEASE_VERSION`] of the format.
    pub version: u32,
    pub environment: EnvironmentName,
    pub commit: String,
    /// The environment's branch, if it contains the commit; else the one that was checked out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<String>,
    /// Whether nothing differed from the commit.
    pub clean: bool,
    /// The digest of the assembly's files: see [`assembly_digest`](super::assembly_digest).
    pub assembly_digest: String,
}

/// Why a release can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    #[error("can't read {}", displayed_path(.path))]
    Read { path: PathBuf, source: io::Error },
    #[error("can't write {}", displayed_path(.path))]
    Write { path: PathBuf, source: io::Error },
    #[error("malformed {}", displayed_path(.path))]
    Malformed {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{} has version {found}, and this program knows {RELEASE_VERSION}", displayed_path(.path))]
    Version { path: PathBuf, found: u64 },
}

impl Release {
    #[must_use]
    pub fn new(expected: &ExpectedTarget, checkout: &Checkout, assembly_digest: String) -> Self {
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

    /// The release that an assembly's folder is part of.
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
