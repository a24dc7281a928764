//! `show`: a drawing of an environment as it is defined. Needs no AWS.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cli_conventions::exit_code;
use common::assembly::read;
use common::environment::EnvironmentName;
use common::terminal_text::TerminalText;
use review::Environment;
use review::drawing::{Drawing, Width};
use review::report::environment_page;

use super::arguments::environment;
use super::output::print_or_write;
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::handover::Handover;

#[derive(Debug, Args)]
#[command(after_help = "\
Draws what the templates hold: zones, subnets, gateways, load balancers,
machines, services and pipelines, and who opens connections to whom.
Needs no account, no credentials and no network.

Examples:
  cargo xtask show --env staging --out staging.html
  cargo xtask show --env staging --format svg > staging.svg")]
pub struct Arguments {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The assembly of the environment [default: synthesized now]
    #[arg(long, value_name = "DIR")]
    pub assembly: Option<PathBuf>,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub format: Format,

    /// Write the drawing to this file instead of printing it
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// The folder of the input files [default: the workspace's root]
    #[arg(long, value_name = "DIR", alias = "definition")]
    pub config: Option<PathBuf>,
}

/// The forms of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One page with the stacks too, for a browser
    Html,
    /// The drawing alone
    Svg,
}

#[expect(
    clippy::extra_unused_type_parameters,
    reason = "the list of verbs gives every verb the backend"
)]
pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let synthesized;
    let assembly = match &arguments.assembly {
        Some(folder) => read(folder)?,
        None => {
            synthesized = Handover::synthesize(line, arguments.environment, None)?;
            read(synthesized.ok_or(Error::NoCheckout)?.assembly())?
        }
    };
    let environment = Environment::new(&assembly).map_err(Error::Json)?;
    let text = match arguments.format {
        Format::Html => environment_page(&environment),
        Format::Svg => Drawing::of(&environment).file(Width::Wide) + "\n",
    };
    print_or_write(&TerminalText::lines(&text), arguments.out.as_deref())?;
    Ok(exit_code::SUCCESS)
}
