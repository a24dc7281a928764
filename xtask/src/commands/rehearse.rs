//! `rehearse`: builds everything that a pipeline runs, and starts the program that runs it.

use std::process::Command;

use super::Context;
use crate::cargo::{Profile, Program, build, build_programs};
use crate::cli::Rehearse;
use crate::{Error, cargo};

/// What is built in one call: together they need features of shared dependencies that one alone
/// does not.
const PROGRAMS: [Program<'static>; 3] = [
    Program {
        package: "deploy",
        binary: "deployer",
    },
    Program {
        package: "local-cloudformation",
        binary: "local-cloudformation",
    },
    Program {
        package: "rehearse",
        binary: "rehearse",
    },
];

pub(super) fn run(context: &Context, arguments: &Rehearse) -> Result<(), Error> {
    let root = context.workspace.root();
    let stacks = context.workspace.stack_crates();
    let packages: Vec<&str> = ["xtask"]
        .into_iter()
        .chain(stacks.map(|member| member.name.as_str()))
        .collect();
    build(root, &packages)?;
    let built = build_programs(root, &PROGRAMS, Profile::Same)?;
    let program = built.get("rehearse").ok_or_else(|| Error::NoBinary {
        package: "rehearse".to_owned(),
    })?;
    let mut command = Command::new(program);
    command
        .args(&arguments.arguments)
        .arg("--config")
        .arg(&context.config)
        .current_dir(root)
        // What stands in for cargo asks the real one.
        .env("CARGO", cargo::command(root).get_program());
    if let Some(folder) = program.parent() {
        command.arg("--programs").arg(folder);
    }
    let status = command.status().map_err(|source| Error::Start {
        program: program.display().to_string(),
        source,
    })?;
    match status.code() {
        Some(0) => Ok(()),
        // The program's own way to say that a run has failed.
        Some(1) => Err(Error::Rehearsal),
        _ => Err(Error::NotRehearsed),
    }
}
