//! `snapshots`: regenerates the snapshots and lets a person decide on what changed.

use std::process::Command;

use super::Context;
use crate::cli::{Decision, Snapshots};
use crate::{Error, cargo, tools};

/// The workspace tests whose results are snapshots. Unit tests run all.
const TESTS: [&str; 3] = ["cli", "exports", "templates"];

pub(super) fn run(context: &Context, arguments: &Snapshots) -> Result<(), Error> {
    let workspace = &context.workspace;
    let insta = tools::cargo_insta(workspace)?;
    let mut tests = cargo::command(workspace.root());
    tests.args(["test", "--quiet", "--workspace", "--lib"]);
    for test in TESTS {
        tests.args(["--test", test]);
    }
    // Differences are written down instead of failing the tests: they are what is reviewed.
    tests
        .env("INSTA_UPDATE", "new")
        .env("INSTA_FORCE_PASS", "1");
    if !status(tests, "cargo")? {
        return Err(Error::Tests);
    }
    let mut decide = Command::new(insta);
    decide
        .current_dir(workspace.root())
        .arg("insta")
        .arg(match arguments.decision {
            Decision::Review => "review",
            Decision::Accept => "accept",
        });
    if status(decide, "cargo-insta")? {
        Ok(())
    } else {
        Err(Error::Snapshots)
    }
}

fn status(mut command: Command, program: &str) -> Result<bool, Error> {
    let status = command.status().map_err(|source| Error::Start {
        program: program.to_owned(),
        source,
    })?;
    Ok(status.success())
}
