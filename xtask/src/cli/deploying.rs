//! Verbs related to deploying that this program parses itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use common::environment::EnvironmentName;

use super::{Output, Raw, environment};

#[derive(Debug, Subcommand)]
pub enum Atlas {
    /// Accept the peering requested by Atlas
    #[command(disable_help_flag = true)]
    Accept(Raw),
}

#[derive(Debug, Args)]
pub struct Drill {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// In the emulator; there is no other mode
    #[arg(long, required = true)]
    pub local: bool,

    /// The output format
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct Release {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The folder to write to; an existing release is replaced
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub struct Handover {
    /// The environment
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The commit [default: the working tree]
    #[arg(long, value_name = "REV")]
    pub revision: Option<String>,

    /// A file to ignore among the sources
    #[arg(long, value_name = "FILE")]
    pub except: Vec<PathBuf>,
}
