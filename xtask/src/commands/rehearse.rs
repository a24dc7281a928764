//! `rehearse`: builds and starts the program that rehearses a pipeline; with `--quick` also the programs that replace
//! those of the commit.

use std::process::Command;

use crate::cargo::{Profile, Program, build, build_programs};
use crate::cli::Raw;
use crate::context::Context;
use crate::{Error, cargo};

/// Compile nothing of the commit.
const QUICK: &str = "--quick";

const REHEARSE: Program<'static> = Program {
    package: "rehearsal",
    binary: "rehearse",
};

/// The programs of `--quick`, built in one call: together they need features of shared dependencies that one alone
/// does not.
const PROGRAMS: [Program<'static>; 3] = [
    Program {
        package: "aws",
        binary: "deployer",
    },
    Program {
        package: "emulator",
        binary: "emulator",
    },
    REHEARSE,
];

pub(super) fn run(context: &Context, arguments: &Raw) -> Result<(), Error> {
    let root = context.workspace.root();
    let quick = arguments.arguments.iter().any(|word| word == QUICK);
    if quick {
        let stacks = context.workspace.stack_crates();
        let packages: Vec<&str> = ["xtask"]
            .into_iter()
            .chain(stacks.map(|member| member.name.as_str()))
            .collect();
        build(root, &packages)?;
    }
    let programs: &[Program<'_>] = if quick { &PROGRAMS } else { &[REHEARSE] };
    let built = build_programs(root, programs, Profile::Same)?;
    let program = built.get(REHEARSE.binary).ok_or_else(|| Error::NoBinary {
        package: REHEARSE.package.to_owned(),
    })?;
    let mut command = Command::new(program);
    command
        .args(&arguments.arguments)
        .arg("--config")
        .arg(&context.config)
        .current_dir(root)
        // The shim of cargo calls the real one.
        .env("CARGO", cargo::command(root).get_program());
    if let (true, Some(folder)) = (quick, program.parent()) {
        command.arg("--programs").arg(folder);
    }
    let status = command.status().map_err(|source| Error::Start {
        program: program.display().to_string(),
        source,
    })?;
    match status.code() {
        Some(0) => Ok(()),
        // The program exits with 1 if a run failed.
        Some(1) => Err(Error::Rehearsal),
        _ => Err(Error::NotRehearsed),
    }
}
