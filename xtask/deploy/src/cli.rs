//! The command line of the deploying programs.

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use cli_conventions::exit_code;

use crate::command_line::{Caller, CommandLine};
pub use crate::commands::Verb;

/// Plan and deploy Lemonade's environments
#[derive(Debug, Parser)]
#[command(name = "deployer", after_help = exit_code::TABLE)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 80
)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
}

impl Cli {
    /// Parses the arguments, the program first.
    ///
    /// # Errors
    /// Those of clap; a request for help is one.
    pub fn parse_line(
        words: Vec<OsString>,
        caller: Caller,
    ) -> Result<(Self, CommandLine), clap::Error> {
        let program = words.first().cloned().unwrap_or_default();
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(words)?;
        let cli = Self::from_arg_matches(&matches)?;
        let line = CommandLine::new(program, caller, &command, &matches);
        Ok((cli, line))
    }
}
