//! `compare-assemblies BEFORE AFTER`: what differs between the definitions of two commits. What
//! `cargo xtask diff --base` runs; it knows no AWS.

#![warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use common::assembly::{ReadError, read};
use common::error_chain::error_chain;
use common::terminal_text::TerminalText;
use deploy::report::difference::compare;
use deploy::report::{page, terminal};

/// Show what differs between two assemblies.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder of the one before
    before: PathBuf,

    /// The folder of the one after
    after: PathBuf,

    /// Only this stack, by short or full name; may be given several times
    #[arg(long, value_name = "STACK")]
    only: Vec<String>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Print(source)) if source.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            let text = format!("error: {}", error_chain(&error));
            terminal::complain(&TerminalText::lines(&text).and_literal("\n"));
            ExitCode::FAILURE
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("a template is no JSON")]
    Template(#[source] serde_json::Error),
    #[error("can't write JSON")]
    Json(#[source] serde_json::Error),
    #[error("can't print")]
    Print(#[source] io::Error),
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let before = read(&arguments.before)?;
    let after = read(&arguments.after)?;
    let compared = compare(&before, &after, &arguments.only).map_err(Error::Template)?;
    let text = match arguments.format {
        Format::Json => TerminalText::json(&compared, true).map_err(Error::Json)?,
        Format::Text => {
            let look = terminal::look_of_stdout();
            page(&compared.lines(look), look)
        }
    };
    terminal::print(&text).map_err(Error::Print)
}
