//! Of which environment, and where it is.

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use common::environment::EnvironmentName;

use crate::words::{Words, flag, option, switch};

/// What every verb works on.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct Target {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The assembly of the environment [default: synthesized now]
    #[arg(long, value_name = "DIR")]
    pub assembly: Option<PathBuf>,

    /// Another endpoint than AWS's, for CloudFormation and STS
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// Work on a CloudFormation on this machine, with its state in DIR
    ///
    /// Nobody is asked there. Without DIR its state goes with it.
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with = "endpoint_url")]
    pub local: Option<Option<PathBuf>>,

    /// How many seconds pass there in one [default: 60]
    #[arg(long, value_name = "X", requires = "local")]
    pub local_speed: Option<NonZeroU32>,

    /// What is typed for the program, in the commands that it prints [default: as it was called]
    #[arg(long, value_name = "WORDS", hide = true)]
    pub called_as: Option<String>,

    /// What was typed as --config, for the commands that it prints
    #[arg(long, value_name = "DIR", hide = true)]
    pub typed_config: Option<PathBuf>,

    /// The assembly was made for this run: its folder is removed once it is read
    #[arg(long, hide = true, requires = "assembly")]
    pub handed_over: bool,
}

impl Words for Target {
    fn words(&self) -> Vec<OsString> {
        let mut words = flag("--env", self.environment.as_str());
        words.extend(option("--assembly", self.assembly.as_ref()));
        words.extend(option("--endpoint-url", self.endpoint_url.as_ref()));
        if self.format == Format::Json {
            words.extend(flag("--format", "json"));
        }
        match &self.local {
            Some(Some(state)) => words.extend(flag("--local", state)),
            Some(None) => words.push("--local".into()),
            None => {}
        }
        words.extend(option(
            "--local-speed",
            self.local_speed.map(|speed| speed.to_string()),
        ));
        words.extend(option("--called-as", self.called_as.as_ref()));
        words.extend(option("--typed-config", self.typed_config.as_ref()));
        words.extend(switch("--handed-over", self.handed_over));
        words
    }
}

/// For whom to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs; what goes on as one value per line
    Json,
}

/// Lists the names in the help and suggests the nearest one.
fn environment() -> impl TypedValueParser<Value = EnvironmentName> {
    PossibleValuesParser::new(EnvironmentName::ALL.map(EnvironmentName::as_str))
        .try_map(|name| name.parse::<EnvironmentName>())
}
