//! Deploying with the AWS SDK: what `deployer` is made of.
//!
//! Here live the edges of the deploy engine: the adapter to AWS, the guard before the first write,
//! signed requests to services without a crate of their own, and the command line. Planning and
//! executing are not here; they are in `deploy-engine`, which knows nothing of the SDK. Neither is
//! what people see, which is in `deploy-render`, nor what answers of other services mean, which is in
//! `operate`.

#![warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

pub mod acknowledgements;
pub mod aws;
pub mod cli;
mod commands;
pub mod error;
mod git;
pub mod guard;
mod local;
mod screen;
pub mod seen;
pub mod services;
mod session;
pub mod signed;

use std::process::ExitCode;

use clap::Parser as _;
use common::terminal_text::TerminalText;
use deploy::report::terminal;
use deploy_arguments::exit_code;

pub use commands::PromoteError;
pub use error::Error;

/// Runs the command that the process was called with.
#[must_use]
pub fn main() -> ExitCode {
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
            commands::run(cli).await
        })
    });
    match result {
        Ok(code) => ExitCode::from(code),
        // Whoever reads the output may stop reading: `… | head` is no failure.
        Err(error) if error.is_broken_pipe() => ExitCode::from(exit_code::SUCCESS),
        Err(error) => {
            terminal::complain(&error.report());
            ExitCode::from(error.exit_code())
        }
    }
}

/// The help, or why the arguments can't be understood; the message quotes what was typed.
fn typed_wrong(refused: &clap::Error) -> ExitCode {
    let text = TerminalText::lines(&refused.render().to_string());
    if refused.use_stderr() {
        terminal::complain(&text);
    } else {
        // Whoever asked for the help may have stopped reading.
        let _ = terminal::print(&text);
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
