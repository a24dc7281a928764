//! The command line of `drill`.

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
use crate::disaster::report::{DrillReport, drill};
use crate::disaster::transcript;
use crate::disaster::zone_loss::{ZoneLoss, simulate_zone_loss};

/// Rehearse the loss and the rebuild of an environment on this machine
#[derive(Debug, Parser)]
#[command(
    name = "drill",
    after_help = "Example: drill --env staging --assembly target/synth/staging"
)]
struct Arguments {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    environment: EnvironmentName,

    /// The folder of the environment's assembly
    #[arg(long, value_name = "DIR")]
    assembly: PathBuf,

    /// The folder with `environments/` and `applications.toml`
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A transcript, 80 columns wide
    Text,
    /// JSON
    Json,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonReport<'a> {
    #[serde(flatten)]
    report: &'a DrillReport,
    zone: &'a ZoneLoss,
}

/// The `main` of the binary.
#[must_use]
pub fn run() -> ExitCode {
    match execute(&Arguments::parse()) {
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

fn execute(arguments: &Arguments) -> Result<(), DrillError> {
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
    let report = drill(&assembly)?;
    let zone = simulate_zone_loss(environment)?;
    let text = match arguments.format {
        Format::Text => transcript::text(&report, &zone),
        Format::Json => {
            let printed = JsonReport {
                report: &report,
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
