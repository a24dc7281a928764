//! `snapshots`: regenerates the snapshots for review, and updates the generated parts of documents.

use std::process::Command;

use crate::cli::{Decision, Snapshots};
use crate::context::Context;
use crate::{Error, cargo, tools};

/// The workspace tests whose results are snapshots. Unit tests run all.
const TESTS: [&str; 5] = ["cli", "exports", "graph", "requirements", "templates"];

/// The tests that hold what documents show, and write it when told to. Each is called
/// `…_up_to_date`.
const DOCUMENTS: [&str; 4] = ["drill", "readme", "security", "simulate"];

pub(super) fn run(context: &Context, arguments: &Snapshots) -> Result<(), Error> {
    let workspace = &context.workspace;
    let insta = tools::cargo_insta(workspace)?;
    if !status(tests(context, &["--no-run"]), "cargo")? {
        return Err(Error::Build);
    }
    // Differences are recorded for the review and don't fail the tests. Other failures are reported after the review.
    let mut regenerate = tests(context, &["--no-fail-fast"]);
    regenerate
        .env("INSTA_UPDATE", "new")
        .env("INSTA_FORCE_PASS", "1");
    let passed = status(regenerate, "cargo")?;

    let mut decide = Command::new(insta);
    decide
        .current_dir(workspace.root())
        .arg("insta")
        .arg(match arguments.decision {
            Decision::Review => "review",
            Decision::Accept => "accept",
        });
    if !status(decide, "cargo-insta")? {
        return Err(Error::Snapshots);
    }
    let passed = status(documents(context), "cargo")? && passed;
    if passed { Ok(()) } else { Err(Error::Tests) }
}

fn tests(context: &Context, arguments: &[&str]) -> Command {
    let mut tests = cargo::command(context.workspace.root());
    tests.args(["test", "--quiet", "--workspace", "--lib"]);
    for test in TESTS {
        tests.args(["--test", test]);
    }
    tests.args(arguments);
    tests
}

fn documents(context: &Context) -> Command {
    let mut documents = cargo::command(context.workspace.root());
    documents.args(["test", "--quiet", "--workspace", "--no-fail-fast"]);
    for test in DOCUMENTS {
        documents.args(["--test", test]);
    }
    documents.args(["--", "up_to_date"]).env("UPDATE_DOCS", "1");
    documents
}

fn status(mut command: Command, program: &str) -> Result<bool, Error> {
    let status = command.status().map_err(|source| Error::Start {
        program: program.to_owned(),
        source,
    })?;
    Ok(status.success())
}
