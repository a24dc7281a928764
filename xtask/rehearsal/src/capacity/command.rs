//! The command line of `simulate`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cli_conventions::files;
use common::Definition;
use common::environment::EnvironmentName;
use common::input::InputErrors;

use crate::capacity::report::{self, Run};
use crate::capacity::scaling_policy::{ScalingPolicy, ScalingPolicyError};
use crate::capacity::scenario::{ClusterConfig, Odds, Scenario};
use crate::capacity::simulation::simulate;
use crate::capacity::template::{TemplateError, template};

/// Simulate the behaviour of a definition
#[derive(Debug, Parser)]
#[command(name = "simulate")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Run the scaling of the synthesized template against changing loads, deployments and losses
    ///
    /// Exits with 1 when an invariant was violated, with 2 when the input can't be simulated.
    #[command(after_help = "Example: simulate capacity --env staging --seed 7 --svg capacity.svg")]
    Capacity(Capacity),
}

#[derive(Debug, clap::Args)]
struct Capacity {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    environment: EnvironmentName,

    /// The seed of all random choices
    #[arg(long, value_name = "N", default_value_t = report::SHOWN_SEED)]
    seed: u64,

    /// The length of the simulation in hours
    #[arg(long, value_name = "H", default_value_t = report::SHOWN_HOURS,
          value_parser = clap::value_parser!(u32).range(1..=24 * 31))]
    hours: u32,

    /// Which events happen, and how often
    #[arg(long, value_name = "ODDS", default_value = "shown")]
    odds: OddsProfile,

    /// The folder with `environments/` and `applications.toml`
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,

    /// Write a plot to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A summary, 80 columns wide
    Text,
    /// Every minute, event and violation, as JSON
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum OddsProfile {
    /// Few enough events to tell them apart in a plot
    Shown,
    /// Far more events than a real cluster sees, as in the tests
    Rough,
    /// Only load changes
    LoadOnly,
}

impl OddsProfile {
    const fn odds(self) -> Odds {
        match self {
            Self::Shown => Odds::SHOWN,
            Self::Rough => Odds::ROUGH,
            Self::LoadOnly => Odds::LOAD_ONLY,
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("{0}")]
    Input(#[from] InputErrors),
    #[error("{0}")]
    Template(#[from] TemplateError),
    #[error("there is no environment `{0}`")]
    UnknownEnvironment(EnvironmentName),
    #[error("the scaling of `{0}` can't be simulated: {1}")]
    ScalingPolicy(EnvironmentName, ScalingPolicyError),
    #[error("can't write the run as JSON")]
    Json(#[from] serde_json::Error),
    #[error("can't write `{0}`: {1}")]
    Write(String, std::io::Error),
    #[error("can't print")]
    Print(#[from] std::io::Error),
}

const VIOLATED: u8 = 1;
const NOT_SIMULATED: u8 = 2;

/// The `main` of the binary.
#[must_use]
pub fn run() -> ExitCode {
    let What::Capacity(arguments) = Arguments::parse().what;
    match capacity(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(VIOLATED),
        Err(CommandError::Print(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            // Nowhere to report to when standard error is closed too.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(NOT_SIMULATED)
        }
    }
}

fn capacity(arguments: &Capacity) -> Result<bool, CommandError> {
    let definition = Definition::load(&arguments.config)?;
    let environment = definition
        .environments
        .iter()
        .find(|environment| environment.name == arguments.environment)
        .ok_or(CommandError::UnknownEnvironment(arguments.environment))?;
    let policy = ScalingPolicy::from_template(&template(environment)?)
        .map_err(|error| CommandError::ScalingPolicy(environment.name, error))?;
    let setting = ClusterConfig::from_environment(environment);
    let odds = arguments.odds.odds();
    let scenario = Scenario::random(&setting, arguments.seed, arguments.hours, &odds);
    let outcome = simulate(&policy, &scenario);
    let run = Run {
        environment: environment.name.to_string(),
        policy: &policy,
        scenario: &scenario,
        outcome: &outcome,
    };
    if let Some(file) = &arguments.svg {
        files::write(file, report::svg(&run))
            .map_err(|error| CommandError::Write(file.display().to_string(), error))?;
    }
    let text = match arguments.format {
        Format::Text => report::text(&run),
        Format::Json => report::json(&run)? + "\n",
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(outcome.violations.is_empty())
}
