//! `bindings`: starts the generator, a separate program, so that its dependencies don't slow down other builds.

use crate::cli::Bindings;
use crate::context::Context;
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Bindings) -> Result<(), Error> {
    let command = if arguments.check { "check" } else { "generate" };
    match generator(context, command)? {
        Some(0) => Ok(()),
        // The generator exits with 1 if files differ.
        Some(1) if arguments.check => Err(Error::Bindings),
        _ => Err(Error::Generator),
    }
}

/// Fetches the packages that the generator reads, for tests without network.
pub(super) fn fetch(context: &Context) -> Result<(), Error> {
    match generator(context, "fetch")? {
        Some(0) => Ok(()),
        _ => Err(Error::Generator),
    }
}

/// Runs the generator; returns its exit code, unless a signal killed it.
fn generator(context: &Context, command: &str) -> Result<Option<i32>, Error> {
    let status = cargo::command(context.workspace.root())
        .args(["run", "--quiet", "--package", "codegen", "--", command])
        .status()
        .map_err(|source| Error::Start {
            program: "cargo".to_owned(),
            source,
        })?;
    Ok(status.code())
}
