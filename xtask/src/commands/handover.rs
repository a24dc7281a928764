//! `handover`: synthesizes for a deploying program, into a folder that only its run uses.

use std::path::Path;

use serde::Serialize;

use crate::cli::Handover as Arguments;
use crate::context::Context;
use crate::deploying::handover::Handover;
use crate::deploying::older_commit::OlderCommit;
use crate::{Error, output};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'a> {
    /// The folder to remove when the assembly was read.
    folder: &'a Path,
    assembly: &'a Path,
    commit: Option<&'a str>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<(), Error> {
    let Context {
        workspace, config, ..
    } = context;
    let environment = arguments.environment;
    let (commit, handover) = match &arguments.revision {
        Some(revision) => {
            let older = OlderCommit::of(workspace, revision, environment)?;
            (Some(older.commit), older.assembly)
        }
        None => {
            let outputs = arguments.except.clone();
            let handover = Handover::synthesize(workspace, config, environment, outputs)?;
            (None, handover)
        }
    };
    output::json(&Output {
        folder: handover.folder(),
        assembly: handover.assembly(),
        commit: commit.as_deref(),
    })?;
    handover.release();
    Ok(())
}
