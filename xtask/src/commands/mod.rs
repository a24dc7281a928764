//! The verbs, one file each.

mod applications_add;
mod applications_list;
mod bindings;
mod check;
mod conformance;
mod graph;
mod handover;
mod rehearse;
mod release;
mod simulate;
mod snapshots;
mod synth;
mod test;

use std::path::PathBuf;

use clap::{ArgMatches, FromArgMatches as _};

use crate::cli::{Applications, Atlas, Cli, Command};
use crate::context::Context;
use crate::deploying::{drill, program, verbs};
use crate::workspace::Workspace;
use crate::{Error, cargo};
use cli_conventions::exit_code;

/// Runs a verb; returns the exit code.
pub(crate) fn run(matches: &ArgMatches) -> Result<u8, Error> {
    let folder = std::env::current_dir().map_err(Error::CurrentFolder)?;
    let workspace = Workspace::around(&folder)?;
    cargo::check_home()?;
    let typed_config = matches.get_one::<PathBuf>("config").cloned();
    // Absolute, since cargo and the stack binaries may run in another folder.
    let config = match &typed_config {
        Some(path) => folder.join(path),
        None => workspace.root().to_owned(),
    };
    let context = Context {
        workspace,
        config,
        typed_config,
    };
    if let Some((verb, arguments)) = verbs::matched(matches) {
        return program::run(&context, verb, arguments);
    }
    let cli = Cli::from_arg_matches(matches).unwrap_or_else(|error| error.exit());
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
        Command::Release(arguments) => release::run(&context, &arguments),
        Command::Handover(arguments) => handover::run(&context, &arguments),
        Command::Applications(Applications::List(arguments)) => {
            applications_list::run(&context, &arguments)
        }
        Command::Applications(Applications::Add(arguments)) => {
            applications_add::run(&context, &arguments)
        }
        // These programs return their own exit codes.
        Command::Applications(Applications::Rollback(raw)) => {
            return program::run(&context, "image-rollback", raw.arguments);
        }
        Command::Atlas(Atlas::Accept(raw)) => {
            return program::run(&context, "atlas-accept", raw.arguments);
        }
        Command::Drill(arguments) => {
            return drill::run(&context.workspace, &context.config, &arguments);
        }
    }?;
    Ok(exit_code::SUCCESS)
}
