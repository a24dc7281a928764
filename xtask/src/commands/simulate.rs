//! `simulate`: starts the simulator, a separate program, so that its dependencies don't slow down other builds.

use crate::cli::Raw;
use crate::context::Context;
use crate::{Error, cargo};

pub(super) fn run(context: &Context, arguments: &Raw) -> Result<(), Error> {
    let mut simulator = cargo::command(context.workspace.root());
    simulator
        .args([
            "run",
            "--quiet",
            "--package",
            "rehearsal",
            "--bin",
            "simulate",
            "--",
        ])
        .args(&arguments.arguments)
        .arg("--config")
        .arg(&context.config);
    let status = simulator.status().map_err(|source| Error::Start {
        program: "cargo".to_owned(),
        source,
    })?;
    match status.code() {
        Some(0) => Ok(()),
        // The simulator exits with 1 if an invariant is violated.
        Some(1) => Err(Error::Simulation),
        _ => Err(Error::Simulator),
    }
}
