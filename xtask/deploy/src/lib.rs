//! Everything that deploys, against any CloudFormation client.
//!
//! Planning is pure: [`plan`] takes an assembly and what was observed, and gives a plan, which is
//! data. [`execute`] walks a plan and makes no choices of its own. [`report`] shows both; [`inspect`]
//! and [`diagnose`] judge what other services answer. CloudFormation is known only through
//! the `cloudformation` crate's client trait, other services through [`inspect::services`]: the AWS SDK, HTTP
//! and signatures stay outside.

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
pub mod difference;
pub mod drift;
mod ecs_monitor;
pub mod error;
pub mod execute;
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
pub mod template;
mod terminal;
pub mod timestamp;

use std::process::ExitCode;

use cli_conventions::exit_code;
use common::terminal_text::TerminalText;

use crate::backend::Backend;
use crate::command_line::{Caller, CommandLine};

pub use clock::Clock;
pub use commands::{PromoteError, arguments};
pub use error::Error;
#[cfg(feature = "local")]
pub use local::Emulator;

/// Runs the command that the process was called with.
#[must_use]
pub fn main<B: Backend>() -> ExitCode {
    let words = std::env::args_os().collect();
    let (cli, line) = match CommandLine::parse(words, Caller::from_environment()) {
        Ok(parsed) => parsed,
        Err(refused) => return typed_wrong(&refused),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime);
    let result = runtime.and_then(|runtime| {
        runtime.block_on(async {
            refuse_large_files();
            commands::run::<B>(cli.verb, &line).await
        })
    });
    match result {
        Ok(code) => ExitCode::from(code),
        // Whoever reads the output may stop reading: `… | head` is no failure.
        Err(error) if error.is_broken_pipe() => ExitCode::from(exit_code::SUCCESS),
        // Why not was printed by who synthesizes.
        Err(Error::NotSynthesized { code }) => ExitCode::from(code),
        Err(error) => {
            report::terminal::complain(&error.report(B::hint));
            ExitCode::from(error.exit_code())
        }
    }
}

/// The help, or why the arguments can't be understood; the message quotes what was typed.
fn typed_wrong(refused: &clap::Error) -> ExitCode {
    let text = TerminalText::lines(&refused.render().to_string());
    if refused.use_stderr() {
        report::terminal::complain(&text);
    } else {
        // Whoever asked for the help may have stopped reading.
        let _ = report::terminal::print(&text);
    }
    u8::try_from(refused.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// A file that outgrows its limit is an error of who writes it, and not the end of this process.
#[cfg(unix)]
fn refuse_large_files() {
    use tokio::signal::unix::{SignalKind, signal};

    let kind = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    // From now on it is caught, whether somebody looks at it or not.
    drop(signal(kind));
}

#[cfg(not(unix))]
const fn refuse_large_files() {}
