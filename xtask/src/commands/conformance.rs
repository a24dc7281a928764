//! `conformance`: starts the conformance program, which needs the AWS SDK.

use crate::cli::Raw;
use crate::context::Context;
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Raw) -> Result<(), Error> {
    let mut program = cargo::command(context.workspace.root());
    program
        .args([
            "run",
            "--quiet",
            "--package",
            "aws",
            "--bin",
            "conformance",
            "--",
        ])
        .args(&arguments.arguments);
    let status = program.status().map_err(|source| Error::Start {
        program: "cargo".to_owned(),
        source,
    })?;
    match status.code() {
        Some(0) => Ok(()),
        // The program exits with 1 if something differs.
        Some(1) => Err(Error::Differences),
        _ => Err(Error::NoConformance),
    }
}
