//! The program that plans and deploys, built when it is asked for.

use std::path::Path;
use std::process::Command;

use deploy_arguments::Verb;

use super::handover::Handover;
use crate::cargo::{Profile, Program, build_programs, claim};
use crate::output::notice;
use crate::workspace::Workspace;
use crate::{Error, exit_code};

/// The program for AWS.
pub(super) const DEPLOYER: Program<'static> = Program {
    package: "aws",
    binary: "deployer",
};

/// The program for `--local`: with the emulator in its process, and without the AWS SDK.
pub(super) const LOCAL: Program<'static> = Program {
    package: "deploy",
    binary: "deploy",
};

/// Synthesizes unless an assembly is given, builds the program, and becomes it.
pub(crate) fn run(workspace: &Workspace, config: &Path, mut verb: impl Verb) -> Result<u8, Error> {
    let target = verb.target();
    if target.assembly.is_some() {
        return become_deployer(workspace, verb, None);
    }
    let environment = target.environment;
    let outputs = verb.files();
    let handover = Handover::synthesized(workspace, config, environment, outputs)?;
    run_with(workspace, verb, handover)
}

/// The same, with an assembly that was synthesized for this run.
pub(crate) fn run_with(
    workspace: &Workspace,
    verb: impl Verb,
    handover: Handover,
) -> Result<u8, Error> {
    become_deployer(workspace, verb, Some(handover))
}

fn become_deployer(
    workspace: &Workspace,
    mut verb: impl Verb,
    handover: Option<Handover>,
) -> Result<u8, Error> {
    let target = verb.target();
    let program = match target.local {
        Some(_) => LOCAL,
        None => DEPLOYER,
    };
    announce(&program);
    // Until this process has become the program.
    let _lock = claim(workspace)?;
    let built = build_programs(workspace.root(), &[program], Profile::Same)?;
    let Some(program) = built.get(program.binary) else {
        return Err(Error::NoBinary {
            package: program.package.to_owned(),
        });
    };
    target.called_as = Some("cargo xtask".to_owned());
    if let Some(handover) = handover {
        target.handed_over = true;
        target.assembly = Some(handover.given_away());
    }
    let mut command = Command::new(program);
    command.arg(name(&verb)).args(verb.words());
    become_it(command)
}

fn name<V: Verb>(_: &V) -> &'static str {
    V::NAME
}

/// Says what the first time takes, before cargo shows that it takes it.
fn announce(program: &Program<'_>) {
    let beside = std::env::current_exe().ok().and_then(|own| {
        let path = own.parent()?.join(program.binary);
        Some(path.with_extension(std::env::consts::EXE_EXTENSION))
    });
    if beside.is_none_or(|path| !path.exists()) {
        notice(if program.package == DEPLOYER.package {
            "building the deploy engine; with the AWS SDK this takes minutes, once"
        } else {
            "building the deploy engine with its emulator; about a minute, once"
        });
    }
}

/// In the place of this process, so that signals, the terminal and the exit code are the program's
/// own.
#[cfg(unix)]
fn become_it(mut command: Command) -> Result<u8, Error> {
    use std::os::unix::process::CommandExt as _;

    // Returns only if it fails.
    let source = command.exec();
    Err(start(&command, source))
}

/// As a child; it gets Ctrl-C as this process does.
#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<u8, Error> {
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

/// Runs a program of ours to its end, with the streams of this process; gives its exit code.
pub(super) fn run_to_its_end(mut command: Command) -> Result<u8, Error> {
    let status = command.status().map_err(|source| start(&command, source))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(exit_code::FAILURE))
}
