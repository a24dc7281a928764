//! Deploying with the AWS SDK: what `deployer` is made of.
//!
//! Here live the edges of the deploy engine: the adapter to AWS, the guard before the first write,
//! signed requests to services without a crate of their own, and the command line. Planning and
//! executing are not here; they are in `deploy-engine`, which knows nothing of the SDK. Neither is
//! what people see, which is in `deploy-render`, nor what answers of other services mean, which is in
//! `operate`.

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

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use deploy_arguments::exit_code;

pub use commands::PromoteError;
pub use error::Error;

/// Runs the command that the process was called with.
#[must_use]
pub fn main() -> ExitCode {
    session::called(std::env::args_os().next());
    let cli = cli::Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime);
    let result = runtime.and_then(|runtime| runtime.block_on(commands::run(cli)));
    match result {
        Ok(code) => ExitCode::from(code),
        // Whoever reads the output may stop reading: `… | head` is no failure.
        Err(error) if error.is_broken_pipe() => ExitCode::from(exit_code::SUCCESS),
        Err(error) => {
            // Nowhere to report to when standard error is closed too.
            let _ = io::stderr().write_all(error.report().as_bytes());
            ExitCode::from(error.exit_code())
        }
    }
}
