//! The verbs around deploying that this program does itself, or starts a program for.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use common::environment::EnvironmentName;

use super::{Output, Raw, environment};

/// `atlas`.
#[derive(Debug, Subcommand)]
pub enum Atlas {
    /// Accept the peering requested by Atlas
    #[command(disable_help_flag = true)]
    Accept(Raw),
}

/// `drill`.
#[derive(Debug, Args)]
pub struct Drill {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// On this machine; there is no other way
    #[arg(long, required = true)]
    pub local: bool,

    /// How to print
    #[command(flatten)]
    pub output: Output,
}

/// `release`.
#[derive(Debug, Args)]
pub struct Release {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The folder to write to; a release that is there is replaced
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
}

/// `handover`.
#[derive(Debug, Args)]
pub struct Handover {
    /// The environment
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The commit [default: what is checked out]
    #[arg(long, value_name = "REV")]
    pub revision: Option<String>,

    /// A file that may lie among the sources without being one
    #[arg(long, value_name = "FILE")]
    pub except: Vec<PathBuf>,
}
