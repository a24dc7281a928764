//! The command line of the deploying programs.

use clap::Parser;
use cli_conventions::exit_code;

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
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}
