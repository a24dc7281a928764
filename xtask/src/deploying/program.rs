//! The programs that plan and deploy, built on first use.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use cli_conventions::exit_code;

use crate::Error;
use crate::cargo::{Profile, Program, build_programs, lock_build_folder};
use crate::context::Context;
use crate::output::notice;

/// The program for AWS.
pub(crate) const DEPLOYER: Program<'static> = Program {
    package: "aws",
    binary: "deployer",
};

/// The program for `--local`: with the emulator in its process, and without the AWS SDK.
pub(crate) const LOCAL: Program<'static> = Program {
    package: "deploy",
    binary: "deploy",
};

/// Builds the program for the arguments, and executes it. It parses them, and calls `cargo xtask handover` for
/// synthesis.
pub(crate) fn run(context: &Context, verb: &str, arguments: Vec<OsString>) -> Result<u8, Error> {
    let program = program(verb, &arguments);
    announce(&program);
    // Until the program has started.
    let lock = lock_build_folder(&context.workspace)?;
    // With the stack crates, where they are needed next: one call of cargo compiles all in parallel.
    let stacks = context.workspace.stack_crates().map(|member| Program {
        package: &member.name,
        binary: &member.name,
    });
    let is_synthesized = !has_any(&arguments, &["--assembly", "--help", "-h"]);
    let stacks = stacks.filter(|_| is_synthesized);
    let programs: Vec<Program<'_>> = std::iter::once(program).chain(stacks).collect();
    let built = build_programs(context.workspace.root(), &programs, Profile::Same)?;
    let path = built.get(program.binary).ok_or_else(|| Error::NoBinary {
        package: program.package.to_owned(),
    })?;
    let mut command = Command::new(path);
    command.arg(verb).args(arguments);
    if let Some(config) = &context.typed_config {
        command.arg("--config").arg(config);
    }
    command
        .env("LEMONADE_CALLED_AS", "cargo xtask")
        .env("LEMONADE_WORKSPACE", context.workspace.root())
        .env(
            "LEMONADE_XTASK",
            std::env::current_exe().map_err(Error::CurrentFolder)?,
        )
        .env("CARGO", crate::cargo::command(Path::new(".")).get_program());
    let result = exec(command);
    drop(lock);
    result
}

/// The verbs that read definitions only.
const WITHOUT_AWS: [&str; 3] = ["reach", "review", "show"];

fn program(verb: &str, arguments: &[OsString]) -> Program<'static> {
    // Emulator, help, or comparison with a commit: none needs AWS.
    let options = ["--local", "--base", "--help", "-h"];
    if WITHOUT_AWS.contains(&verb) || has_any(arguments, &options) {
        LOCAL
    } else {
        DEPLOYER
    }
}

fn has_any(arguments: &[OsString], options: &[&str]) -> bool {
    arguments.iter().any(|word| {
        let word = word.to_string_lossy();
        options.contains(&word.split('=').next().unwrap_or_default())
    })
}

/// Announces that the first build takes a while.
fn announce(program: &Program<'_>) {
    let sibling = std::env::current_exe().ok().and_then(|own| {
        let path = own.parent()?.join(program.binary);
        Some(path.with_extension(std::env::consts::EXE_EXTENSION))
    });
    if sibling.is_none_or(|path| !path.exists()) {
        notice(if program.package == DEPLOYER.package {
            "building the deploy engine; with the AWS SDK this takes minutes, once"
        } else {
            "building the deploy engine with its emulator; about a minute, once"
        });
    }
}

/// Replaces this process, so that signals, the terminal and the exit code are the program's own.
#[cfg(unix)]
fn exec(mut command: Command) -> Result<u8, Error> {
    use std::os::unix::process::CommandExt as _;

    // Returns only if it fails.
    let source = command.exec();
    Err(start(&command, source))
}

/// As a child process, which gets Ctrl-C too.
#[cfg(not(unix))]
fn exec(mut command: Command) -> Result<u8, Error> {
    let status = command.status().map_err(|source| start(&command, source))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(exit_code::FAILURE))
}

fn start(command: &Command, source: std::io::Error) -> Error {
    Error::Start {
        program: Path::new(command.get_program()).display().to_string(),
        source,
    }
}

/// Runs a program with the streams of this process; returns its exit code.
pub(super) fn run_to_completion(mut command: Command) -> Result<u8, Error> {
    let status = command.status().map_err(|source| start(&command, source))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(exit_code::FAILURE))
}
