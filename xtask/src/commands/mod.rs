//! One file a verb; what they do is elsewhere.

mod applications_add;
mod applications_list;
mod bindings;
mod check;
mod conformance;
mod deploying;
mod graph;
mod rehearse;
mod release;
mod simulate;
mod snapshots;
mod synth;
mod test;

use std::path::PathBuf;

use crate::Error;
use crate::cli::{Cli, Command};
use crate::exit_code;
use crate::workspace::Workspace;

/// What every verb works on.
struct Context {
    workspace: Workspace,
    config: PathBuf,
    /// What was typed as `--config`.
    typed_config: Option<PathBuf>,
}

/// Runs a verb; gives the exit code.
pub(crate) fn run(cli: Cli) -> Result<u8, Error> {
    let folder = std::env::current_dir().map_err(Error::CurrentFolder)?;
    let workspace = Workspace::around(&folder)?;
    // Absolute, since cargo and the stack binaries may run in another folder.
    let config = match &cli.config {
        Some(path) => folder.join(path),
        None => workspace.root().to_owned(),
    };
    let context = Context {
        workspace,
        config,
        typed_config: cli.config,
    };
    match cli.command {
        Command::Synth(arguments) => synth::run(&context, &arguments),
        Command::Check(arguments) => check::run(&context, &arguments),
        Command::Test(arguments) => test::run(&context, &arguments),
        Command::Snapshots(arguments) => snapshots::run(&context, &arguments),
        Command::Graph(arguments) => graph::run(&context, &arguments),
        Command::Simulate(arguments) => simulate::run(&context, &arguments),
        Command::Conformance(arguments) => conformance::run(&context, &arguments),
        Command::Rehearse(arguments) => rehearse::run(&context, &arguments),
        Command::Bindings(arguments) => bindings::run(&context, &arguments),
        // The program that does it has exit codes of its own.
        Command::Deploying(deploying) => return deploying::run(&context, *deploying),
    }?;
    Ok(exit_code::SUCCESS)
}
