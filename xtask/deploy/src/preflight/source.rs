//! The sources of an assembly, as its own folder records them.

use std::path::Path;

use common::assembly::Assembly;
use common::error_chain::distinct_error_chain;
use provenance::{Record, RecordError, assembly_digest};

use super::checkout::{Checkout, DIRTY, PipelineRun};
use super::release::{Release, ReleaseError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Checkout(Checkout),
    Release {
        release: Release,
        /// The digest of the assembly in the folder.
        assembly_digest: String,
        pipeline: Option<PipelineRun>,
    },
    Unknown {
        why: String,
    },
}

impl Source {
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        match self {
            Self::Checkout(checkout) => Some(&checkout.commit),
            Self::Release { release, .. } => Some(&release.commit),
            Self::Unknown { .. } => None,
        }
    }

    /// The commit as a plan records it, with `-dirty` where something differs from it.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        let commit = self.commit()?;
        let dirty = if self.is_clean() { "" } else { DIRTY };
        Some(format!("{commit}{dirty}"))
    }

    /// Whether it is known that nothing differs from the commit.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        match self {
            Self::Checkout(checkout) => checkout.is_clean(),
            Self::Release { release, .. } => release.clean,
            Self::Unknown { .. } => false,
        }
    }
}

/// Why the record of an assembly can't be trusted.
#[derive(Debug, thiserror::Error)]
enum SourceError {
    #[error(transparent)]
    Release(#[from] ReleaseError),
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(
        "{folder} was changed since it was synthesized: its digest is {found}, and {} says {expected}",
        provenance::FILE_NAME
    )]
    Altered {
        folder: String,
        expected: String,
        found: String,
    },
    #[error(
        "{folder} is of no release, and holds no {}, which says what an assembly was made from",
        provenance::FILE_NAME
    )]
    NoRecord { folder: String },
}

/// Reads the sources of an assembly from its folder: the record that synthesis wrote, or else the release that
/// the folder is part of. The current folder plays no part. Never fails: what can't be read is
/// [`Source::Unknown`], which the rules refuse.
#[must_use]
pub fn source(assembly: &Assembly, folder: &Path) -> Source {
    read(assembly, folder).unwrap_or_else(|error| Source::Unknown {
        why: distinct_error_chain(&error),
    })
}

fn read(assembly: &Assembly, folder: &Path) -> Result<Source, SourceError> {
    let displayed = || folder.display().to_string();
    if let Some(record) = Record::read(folder)? {
        let found = assembly_digest(folder, assembly)?;
        if found != record.assembly_digest {
            return Err(SourceError::Altered {
                folder: displayed(),
                expected: record.assembly_digest,
                found,
            });
        }
        return Ok(match record.source {
            provenance::Source::Checkout(checkout) => {
                Source::Checkout(Checkout::recorded(checkout, PipelineRun::current()))
            }
            provenance::Source::Unknown { why } => Source::Unknown { why },
        });
    }
    let release = Release::around(folder)?.ok_or_else(|| SourceError::NoRecord {
        folder: displayed(),
    })?;
    Ok(Source::Release {
        release,
        assembly_digest: assembly_digest(folder, assembly)?,
        pipeline: PipelineRun::current(),
    })
}
