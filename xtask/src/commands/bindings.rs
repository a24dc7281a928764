//! `bindings`: runs the generator, a program of its own, so that nothing it needs slows down the
//! build of the rest.

use super::Context;
use crate::cli::Bindings;
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Bindings) -> Result<(), Error> {
    let command = if arguments.check { "check" } else { "generate" };
    match generator(context, command)? {
        Some(0) => Ok(()),
        // The generator's own way to say that files differ.
        Some(1) if arguments.check => Err(Error::Bindings),
        _ => Err(Error::Generator),
    }
}

/// Brings the packages that the generator reads, for tests that use no network.
pub(super) fn fetch(context: &Context) -> Result<(), Error> {
    match generator(context, "fetch")? {
        Some(0) => Ok(()),
        _ => Err(Error::Generator),
    }
}

/// Runs the generator; gives its exit code, if it ended by itself.
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
