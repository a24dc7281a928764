//! The command line.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use common::Definition;
use common::assembly::read;
use common::environment::EnvironmentName;
use common::error_chain::error_chain;
use serde::Serialize;

use crate::disaster::error::DrillError;
use crate::disaster::story::{Story, drill};
use crate::disaster::transcript;
use crate::disaster::zone::{ZoneLoss, lose_a_zone};

/// Rehearse the loss of an environment, on this machine
#[derive(Debug, Parser)]
#[command(
    name = "drill",
    after_help = "Example: drill --env staging --assembly target/synth/staging"
)]
struct Arguments {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    environment: EnvironmentName,

    /// The folder of its assembly
    #[arg(long, value_name = "DIR")]
    assembly: PathBuf,

    /// The folder with `environments/` and `applications.toml`
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A transcript for people, 80 columns wide
    Text,
    /// For programs
    Json,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'a> {
    #[serde(flatten)]
    story: &'a Story,
    zone: &'a ZoneLoss,
}

/// The `main` of the program.
#[must_use]
pub fn run() -> ExitCode {
    match rehearse(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(DrillError::Print(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            // Nowhere to report to when standard error is closed too.
            let _ = writeln!(io::stderr(), "error: {}", error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn rehearse(arguments: &Arguments) -> Result<(), DrillError> {
    let assembly = read(&arguments.assembly)?;
    if assembly.environment != arguments.environment {
        return Err(DrillError::OtherEnvironment {
            asked: arguments.environment,
            found: assembly.environment,
        });
    }
    let definition = Definition::load(&arguments.config)?;
    let environment = definition
        .environments
        .iter()
        .find(|environment| environment.name == arguments.environment);
    let Some(environment) = environment else {
        return Err(DrillError::OtherEnvironment {
            asked: arguments.environment,
            found: assembly.environment,
        });
    };
    let story = drill(&assembly)?;
    let zone = lose_a_zone(environment)?;
    let text = match arguments.format {
        Format::Text => transcript::text(&story, &zone),
        Format::Json => {
            let printed = Printed {
                story: &story,
                zone: &zone,
            };
            serde_json::to_string_pretty(&printed).map_err(DrillError::Json)? + "\n"
        }
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(DrillError::Print)
}
