//! `bindings`: runs the generator, a program of its own, so that nothing it needs slows down the
//! build of the rest.

use super::Context;
use crate::cli::Bindings;
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Bindings) -> Result<(), Error> {
    let mut generator = cargo::command(context.workspace.root());
    generator.args(["run", "--quiet", "--package", "bindings", "--"]);
    generator.arg(if arguments.check {
        "--check"
    } else {
        "generate"
    });
    let status = generator.status().map_err(|source| Error::Start {
        program: "cargo".to_owned(),
        source,
    })?;
    match status.code() {
        Some(0) => Ok(()),
        // The generator's own way to say that files differ.
        Some(1) if arguments.check => Err(Error::Bindings),
        _ => Err(Error::Generator),
    }
}
