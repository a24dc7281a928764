//! Everything that deploys, against any CloudFormation client.
//!
//! Planning is pure: [`plan`] turns an assembly and an observation into a plan, which is data. [`execute`] executes
//! a plan and makes no choices of its own. [`report`] renders both; [`inspect`] and [`diagnose`] evaluate the other
//! services. The deployment itself reads from top to bottom in `deployment.rs`. CloudFormation is known only
//! through the client trait of `cloudformation`, other services through [`inspect::services`]: the AWS SDK, HTTP and
//! signatures stay outside.

#![warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

pub mod acknowledgements;
pub mod atlas;
pub mod backend;
pub mod baseline;
mod calls;
pub mod cli;
mod clock;
pub mod command_line;
mod commands;
pub mod deadline;
mod deployment;
pub mod diagnose;
pub mod drift;
mod ecs_monitor;
pub mod error;
pub mod execute;
#[cfg(feature = "local")]
mod forecast;
mod handover;
pub mod inspect;
mod json_events;
#[cfg(feature = "local")]
mod local;
pub mod next_step;
pub mod observe;
pub mod orphans;
pub mod plan;
pub mod preflight;
pub mod reconcile;
pub mod release;
mod remote_git;
pub mod report;
mod session;
mod session_planner;
mod terminal;
pub mod timestamp;

use std::process::ExitCode;

use cli_conventions::{exit_code, signals};
use common::terminal_text::TerminalText;

use crate::backend::Backend;
use crate::cli::Cli;
use crate::command_line::Caller;

pub use clock::Clock;
pub use commands::arguments;
pub use error::Error;
#[cfg(feature = "local")]
pub use local::Emulator;

/// Runs the command that the process was called with.
#[must_use]
pub fn main<B: Backend>() -> ExitCode {
    let words = std::env::args_os().collect();
    let (cli, line) = match Cli::parse_line(words, Caller::from_environment()) {
        Ok(parsed) => parsed,
        Err(refused) => return print_usage(&refused),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime);
    let result = runtime.and_then(|runtime| {
        runtime.block_on(async {
            signals::refuse_large_files();
            commands::run::<B>(cli.verb, &line).await
        })
    });
    match result {
        Ok(code) => ExitCode::from(code),
        // A closed standard output is no failure: `… | head`.
        Err(error) if error.is_broken_pipe() => ExitCode::from(exit_code::SUCCESS),
        // `cargo xtask` has printed the error.
        Err(Error::NotSynthesized { code }) => ExitCode::from(code),
        Err(error) => {
            report::terminal::eprint(&error.report(B::hint));
            ExitCode::from(error.exit_code())
        }
    }
}

/// Prints the help, or the usage error, which may quote arguments.
fn print_usage(refused: &clap::Error) -> ExitCode {
    let text = TerminalText::lines(&refused.render().to_string());
    if refused.use_stderr() {
        report::terminal::eprint(&text);
    } else {
        // Standard output may be closed.
        let _ = report::terminal::print(&text);
    }
    u8::try_from(refused.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
