//! Finds out what an assembly was made from.

use std::path::Path;

use common::assembly::Assembly;
use provenance::{Record, RecordError, assembly_digest};

use super::found::{Checkout, PipelineRun, Source};
use super::release::{Release, ReleaseError};

/// Why what an assembly says of itself is not believed.
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
    Silent { folder: String },
}

/// What an assembly was made from, as its own folder says: the record that its synthesis wrote, or else the
/// release that the folder is part of. The current folder says nothing of it. Never fails: what can't be
/// found out is unknown, which is for the rules to judge.
#[must_use]
pub fn source(assembly: &Assembly, folder: &Path) -> Source {
    found(assembly, folder).unwrap_or_else(|error| Source::Unknown { why: chain(&error) })
}

fn found(assembly: &Assembly, folder: &Path) -> Result<Source, SourceError> {
    let shown = || folder.display().to_string();
    if let Some(record) = Record::read(folder)? {
        let found = assembly_digest(folder, assembly)?;
        if found != record.assembly_digest {
            return Err(SourceError::Altered {
                folder: shown(),
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
    let release =
        Release::around(folder)?.ok_or_else(|| SourceError::Silent { folder: shown() })?;
    Ok(Source::Release {
        release,
        assembly_digest: assembly_digest(folder, assembly)?,
        pipeline: PipelineRun::current(),
    })
}

/// An error with its sources in one line, without those that only repeat.
fn chain(error: &dyn std::error::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ")
}
