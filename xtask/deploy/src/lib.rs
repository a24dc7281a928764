//! Everything that deploys, against any CloudFormation client.
//!
//! Planning is pure: [`plan`] takes an assembly and what was observed, and gives a plan, which is
//! data. [`execute`] walks a plan and makes no choices of its own. [`report`] shows both; [`doctor`],
//! [`health`] and [`diagnose`] judge what other services answer. CloudFormation is known only through
//! the `cloudformation` crate's client trait, other services through [`services`]: the AWS SDK, HTTP
//! and signatures stay outside.

#![warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

pub mod acknowledgements;
pub mod atlas;
pub mod backend;
pub mod baseline;
mod calls;
pub mod cli;
mod clock;
mod commands;
pub mod deadline;
mod deployment;
pub mod diagnose;
pub mod difference;
pub mod doctor;
pub mod drift;
mod ecs_monitor;
pub mod error;
pub mod execute;
pub mod finding;
pub mod health;
pub mod images;
pub mod inspect;
mod json_events;
#[cfg(feature = "local")]
mod local;
pub mod moment;
pub mod observe;
pub mod plan;
pub mod preflight;
pub mod promotion;
pub mod reconcile;
pub mod remains;
mod remote_git;
pub mod report;
pub mod services;
mod session;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;
use common::terminal_text::TerminalText;
use deploy_arguments::exit_code;

use crate::backend::Backend;

pub use clock::Clock;
pub use commands::PromoteError;
pub use error::Error;
#[cfg(feature = "local")]
pub use local::Emulator;

/// Runs the command that the process was called with.
#[must_use]
pub fn main<B: Backend>() -> ExitCode {
    session::called(std::env::args_os().next());
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(refused) => return typed_wrong(&refused),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime);
    let result = runtime.and_then(|runtime| {
        runtime.block_on(async {
            refuse_large_files();
            commands::run::<B>(cli).await
        })
    });
    match result {
        Ok(code) => ExitCode::from(code),
        // Whoever reads the output may stop reading: `… | head` is no failure.
        Err(error) if error.is_broken_pipe() => ExitCode::from(exit_code::SUCCESS),
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
