//! `reach`: who reaches whom in an environment as it is defined. Needs no AWS.

use std::path::PathBuf;

use clap::Args;
use cli_conventions::exit_code;
use common::assembly::read;
use common::environment::EnvironmentName;
use common::terminal_text::TerminalText;
use review::reach::{Answer, Network, text, text_of_all};
use serde::Serialize;

use super::arguments::{Format, environment};
use super::output::{json, print_text};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::handover::Handover;

/// The version of the JSON form. It goes up when a reader of the old one would misread the new.
const VERSION: u32 = 1;

#[derive(Debug, Args)]
#[command(after_help = "\
A name is `internet`, `internet-ipv6`, `load-balancer`, `machines`, `database`,
an application, an AWS service with a gateway endpoint such as `s3`, an address
or a block of addresses, or the STACK/LOGICAL-ID of a load balancer, machines,
a service, a security group, a subnet, a NAT gateway, a build or a function.

Computed from the templates; nothing is asked of AWS. Without TO, everything
that FROM reaches.

Examples:
  cargo xtask reach internet web --env production
  cargo xtask reach machines database --env production --port 27017
  cargo xtask reach internet --env staging")]
pub struct Arguments {
    /// Who connects
    #[arg(value_name = "FROM")]
    pub from: String,

    /// What is to be reached [default: everything]
    #[arg(value_name = "TO")]
    pub to: Option<String>,

    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// Only paths on which FROM connects to this port
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// The assembly of the environment [default: synthesized now]
    #[arg(long, value_name = "DIR")]
    pub assembly: Option<PathBuf>,

    /// The folder of the input files [default: the workspace's root]
    #[arg(long, value_name = "DIR", alias = "definition")]
    pub config: Option<PathBuf>,
}

/// What `--format json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answers {
    version: u32,
    environment: EnvironmentName,
    answers: Vec<Answer>,
}

#[expect(
    clippy::extra_unused_type_parameters,
    reason = "every verb is called with a backend, and this one needs none"
)]
pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let synthesized;
    let folder = match &arguments.assembly {
        Some(folder) => folder.as_path(),
        None => {
            synthesized = Handover::synthesize(line, arguments.environment, None)?
                .ok_or(Error::NoCheckout)?;
            synthesized.assembly()
        }
    };
    let assembly = read(folder)?;
    if assembly.environment != arguments.environment {
        return Err(Error::OtherEnvironment {
            folder: folder.to_owned(),
            asked: arguments.environment,
            found: assembly.environment,
        });
    }
    let environment = review::Environment::new(&assembly).map_err(Error::Json)?;
    let network = Network::new(&environment);
    let answers = match &arguments.to {
        Some(to) => network.reach_named(&arguments.from, to, arguments.port),
        None => network.reach_all_named(&arguments.from, arguments.port),
    };
    let answers = answers.map_err(Error::UnknownNode)?;
    match (arguments.format, &arguments.to) {
        (Format::Json, _) => json(&Answers {
            version: VERSION,
            environment: arguments.environment,
            answers,
        })?,
        (Format::Text, Some(_)) => print_text(&TerminalText::lines(&text(&answers)))?,
        (Format::Text, None) => print_text(&TerminalText::lines(&text_of_all(&answers)))?,
    }
    Ok(exit_code::SUCCESS)
}
