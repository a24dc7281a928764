//! The command line of the workspace.
//!
//! Synthesizes, checks, tests and shows the infrastructure. It knows no stack by name: it finds
//! the stack crates in the workspace, builds and runs them, and joins what they print. Light, so
//! that `cargo xtask synth` on a fresh machine compiles no AWS SDK and no async runtime. It is a
//! library with a thin binary, so that the workspace tests validate templates with the same code.

#![warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

pub mod assembly_folder;
pub mod cargo;
pub mod cli;
mod commands;
mod context;
mod deploying;
pub mod error;
pub mod graph;
mod output;
pub mod stack_binaries;
pub mod synthesis;
pub mod template_checks;
pub mod tools;
pub mod validators;
pub mod workspace;

use std::process::ExitCode;

use clap::CommandFactory as _;
use cli_conventions::exit_code;

use deploying::verbs;

pub use error::Error;

/// The whole command line. The programs behind the deploying verbs parse their own arguments.
#[must_use]
pub fn command() -> clap::Command {
    verbs::add_verbs(cli::Cli::command())
}

/// Runs the command that the process was called with.
#[must_use]
pub fn main() -> ExitCode {
    match commands::run(&command().get_matches()) {
        Ok(code) => ExitCode::from(code),
        // A closed standard output is no failure: `… | head`.
        Err(error) if error.is_broken_pipe() => ExitCode::from(exit_code::SUCCESS),
        Err(error) => {
            output::notice(&error.report());
            ExitCode::from(error.exit_code())
        }
    }
}
