//! The verbs of applications.

use clap::{Args, Subcommand};
use common::application::ApplicationName;

use super::{Environments, Output, Raw};

#[derive(Debug, Subcommand)]
pub enum Applications {
    /// List the applications that are defined
    #[command(after_help = "\
Reads the input files, without AWS. `status` and `outputs` show what is
deployed.

Examples:
  cargo xtask applications list
  cargo xtask applications list --env staging --format json")]
    List(ApplicationsList),

    /// Add an application to applications.toml
    #[command(after_help = "\
Appends a table and leaves everything else unchanged, or writes nothing if the
definition would be refused. Chooses the priority of the listener rule. The top
of the file describes the other keys, which are edited by hand.

Examples:
  cargo xtask applications add shop --repository lemonade/shop --host shop
  cargo xtask applications add jobs --repository lemonade/jobs --no-ingress")]
    Add(ApplicationsAdd),

    /// Bring an application back to an older image
    #[command(disable_help_flag = true)]
    Rollback(Raw),
}

#[derive(Debug, Args)]
pub struct ApplicationsList {
    /// The environments
    #[command(flatten)]
    pub environments: Environments,

    /// The output format
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct ApplicationsAdd {
    /// The application
    #[arg(value_name = "NAME")]
    pub application: ApplicationName,

    /// The GitHub repository of its source
    #[arg(long, value_name = "OWNER/NAME")]
    pub repository: String,

    /// The host of the rule: "@" or a label under the domain
    #[arg(long, value_name = "HOST", required_unless_present = "no_ingress")]
    pub host: Option<String>,

    /// The paths of the host [default: all]
    #[arg(long, value_name = "PATTERN", requires = "host")]
    pub path: Option<String>,

    /// A worker without ingress
    #[arg(long, conflicts_with_all = ["host", "path", "port"])]
    pub no_ingress: bool,

    /// The port of the container
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,

    /// The hard memory limit in MiB
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    pub memory: u32,

    /// The CPU share; 1024 is one vCPU
    #[arg(long, value_name = "UNITS", default_value_t = 128)]
    pub cpu: u32,
}
