//! `simulate`: runs the simulator, a program of its own, so that nothing it needs slows down the
//! build of the rest.

use super::Context;
use crate::cli::Raw;
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
        // The simulator's own way to say that an invariant was violated.
        Some(1) => Err(Error::Simulation),
        _ => Err(Error::Simulator),
    }
}
