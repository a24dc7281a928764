//! Finds out what an assembly was made from.

use std::path::Path;

use common::assembly::Assembly;

use super::found::{PipelineRun, Source};
use super::git;
use super::release::{Release, ReleaseError, assembly_digest};

/// What an assembly was made from: the release that its folder is part of, or else the checkout
/// around the sources. Never fails: what can't be found out is unknown, which is for the rules to
/// judge.
#[must_use]
pub fn source(assembly: &Assembly, assembly_folder: &Path, sources: &Path) -> Source {
    match released(assembly, assembly_folder) {
        Ok(Some(source)) => source,
        Ok(None) => match git::checkout(sources, assembly_folder) {
            Ok(checkout) => Source::Checkout(checkout),
            Err(error) => Source::Unknown {
                why: error.to_string(),
            },
        },
        Err(error) => Source::Unknown {
            why: crate::aws::codes::chain(&error),
        },
    }
}

fn released(assembly: &Assembly, folder: &Path) -> Result<Option<Source>, ReleaseError> {
    let Some(release) = Release::around(folder)? else {
        return Ok(None);
    };
    Ok(Some(Source::Release {
        release,
        assembly_digest: assembly_digest(folder, assembly)?,
        pipeline: PipelineRun::current(),
    }))
}
