//! `conformance`: runs a program of its own, which the AWS SDK is part of.

use super::Context;
use crate::cli::Raw;
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Raw) -> Result<(), Error> {
    let mut program = cargo::command(context.workspace.root());
    program
        .args(["run", "--quiet", "--package", "conformance", "--"])
        .args(&arguments.arguments);
    let status = program.status().map_err(|source| Error::Start {
        program: "cargo".to_owned(),
        source,
    })?;
    match status.code() {
        Some(0) => Ok(()),
        // The program's own way to say that something differs.
        Some(1) => Err(Error::Differences),
        _ => Err(Error::NoConformance),
    }
}
