//! `test`: installs the tools that tests need, and runs the tests.

use crate::cli::Test;
use crate::context::Context;
use crate::tools::{NodeTools, PythonTools};
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Test) -> Result<(), Error> {
    PythonTools::validators(&context.workspace).install()?;
    NodeTools::clients(&context.workspace).install()?;
    NodeTools::browser(&context.workspace).install()?;
    super::bindings::fetch(context)?;
    let status = cargo::command(context.workspace.root())
        // Report every failure, not just the first.
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
