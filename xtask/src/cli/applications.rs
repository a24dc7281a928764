//! The verbs of applications.

use clap::{Args, Subcommand};
use common::application::ApplicationName;

use super::{Environments, Output, Raw};

/// `applications`.
#[derive(Debug, Subcommand)]
pub enum Applications {
    /// List the applications that are defined
    #[command(after_help = "\
Reads the input files and asks AWS for nothing. What is deployed is told by
`status` and `outputs`.

Examples:
  cargo xtask applications list
  cargo xtask applications list --env staging --format json")]
    List(ApplicationsList),

    /// Add an application to applications.toml
    #[command(after_help = "\
Appends a table and leaves everything else as it is, or writes nothing when the
definition would be refused. The priority of its rule is chosen and written. All
other keys are described at the top of the file, and edited by hand.

Examples:
  cargo xtask applications add shop --repository lemonade/shop --host shop
  cargo xtask applications add jobs --repository lemonade/jobs --no-ingress")]
    Add(ApplicationsAdd),

    /// Bring an application back to an older image
    #[command(disable_help_flag = true)]
    Rollback(Raw),
}

/// `applications list`.
#[derive(Debug, Args)]
pub struct ApplicationsList {
    /// Of which environments
    #[command(flatten)]
    pub environments: Environments,

    /// How to print
    #[command(flatten)]
    pub output: Output,
}

/// `applications add`.
#[derive(Debug, Args)]
pub struct ApplicationsAdd {
    /// The application
    #[arg(value_name = "NAME")]
    pub application: ApplicationName,

    /// The GitHub repository of its source
    #[arg(long, value_name = "OWNER/NAME")]
    pub repository: String,

    /// The host that it answers to: "@" or a label under the domain
    #[arg(long, value_name = "HOST", required_unless_present = "no_ingress")]
    pub host: Option<String>,

    /// Which paths of the host [default: all]
    #[arg(long, value_name = "PATTERN", requires = "host")]
    pub path: Option<String>,

    /// A worker that nobody reaches
    #[arg(long, conflicts_with_all = ["host", "path", "port"])]
    pub no_ingress: bool,

    /// The port that its container listens on
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,

    /// Its hard limit of memory in MiB
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    pub memory: u32,

    /// Its share of CPU; 1024 are one vCPU
    #[arg(long, value_name = "UNITS", default_value_t = 128)]
    pub cpu: u32,
}
