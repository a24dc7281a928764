//! Options that several verbs share.

use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use common::environment::EnvironmentName;

pub use super::image::Image;

/// The environment, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Target {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The assembly of the environment [default: synthesized now]
    #[arg(long, value_name = "DIR")]
    pub assembly: Option<PathBuf>,

    /// An endpoint for CloudFormation and STS other than AWS's
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// Use the emulator on this machine, with its state in DIR
    ///
    /// No confirmation is asked for. Without DIR, state is discarded on exit.
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with = "endpoint_url")]
    pub local: Option<Option<PathBuf>>,

    /// How many seconds pass in the emulator in one [default: 60]
    #[arg(long, value_name = "X", requires = "local")]
    pub local_speed: Option<NonZeroU32>,

    /// The folder of the input files [default: the workspace's root]
    #[arg(long, value_name = "DIR", alias = "definition")]
    pub config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs; events are one value per line
    Json,
}

/// Lists the names in the help and suggests the nearest one.
pub(super) fn environment() -> impl TypedValueParser<Value = EnvironmentName> {
    PossibleValuesParser::new(EnvironmentName::ALL.map(EnvironmentName::as_str))
        .try_map(|name| name.parse::<EnvironmentName>())
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Scope {
    /// Only this stack, by short or full name; may be repeated
    #[arg(long, value_name = "STACK")]
    pub only: Vec<String>,

    /// Also the stacks applied by hand: `bootstrap`, `bootstrap-roles`
    #[arg(long)]
    pub bootstrap: bool,
}

/// The images of services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Images {
    /// The image of a service; with a single --only the digest alone
    #[arg(long = "image", value_name = "STACK=DIGEST")]
    pub images: Vec<Image>,

    /// Keep the deployed template of a stack, and give it the image
    #[arg(long, requires = "images")]
    pub use_previous_template: bool,
}

/// The role that CloudFormation acts as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Acting {
    /// The role that CloudFormation assumes [default: the execution role]
    #[arg(long, value_name = "ARN")]
    pub role: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Acknowledged {
    /// Acknowledge a finding by its word; may be repeated
    #[arg(long = "acknowledge", value_name = "WORD")]
    pub words: Vec<String>,

    /// The file of acknowledgements [default: acknowledgements.toml]
    #[arg(long = "acknowledgements", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Args)]
pub struct Parallelism {
    /// How many stacks at once
    #[arg(long, value_name = "N", default_value = "16")]
    pub concurrency: NonZeroU16,
}

/// Consent without a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct Consent {
    /// Don't ask; production asks all the same
    #[arg(long)]
    pub yes: bool,

    /// The environment's name, where there is no terminal to type it
    #[arg(long, value_name = "ENVIRONMENT")]
    pub confirm: Option<String>,

    /// Why another branch or uncommitted changes are deployed
    #[arg(long, value_name = "REASON")]
    pub break_glass: Option<String>,
}
