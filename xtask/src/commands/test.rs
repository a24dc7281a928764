//! `test`: the tools that tests need, then the tests.

use super::Context;
use crate::cli::Test;
use crate::tools::PythonTools;
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Test) -> Result<(), Error> {
    PythonTools::judges(&context.workspace).install()?;
    PythonTools::clients(&context.workspace).install()?;
    super::bindings::fetch(context)?;
    let status = cargo::command(context.workspace.root())
        // Whoever waits for the tests wants to know of every failure.
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(&arguments.arguments)
        .status()
        .map_err(|source| Error::Start {
            program: "cargo".to_owned(),
            source,
        })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Tests)
    }
}
