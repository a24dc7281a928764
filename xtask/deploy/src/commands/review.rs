//! `review`: what a proposal will do, compared with the definition of another commit. Needs no AWS.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cli_conventions::exit_code;
use common::assembly::{Assembly, read};
use common::environment::EnvironmentName;
use common::terminal_text::TerminalText;
use review::Locations;
use review::report::{Compared, Report, Revision, markdown, text};

use super::arguments::environment;
use super::output::{json, print_text};
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::handover::Handover;

#[derive(Debug, Args)]
#[command(after_help = "\
Compares the definition of a commit with the one in this folder: puts the
commit's into the emulator, then plans and deploys this one in virtual time.
Needs no account, no credentials and no network.

Examples:
  cargo xtask review --base origin/next
  cargo xtask review --base HEAD~1 --env production --format markdown")]
pub struct Arguments {
    /// The commit to compare with
    #[arg(long, value_name = "REV")]
    pub base: String,

    /// Only this environment; may be repeated [default: all]
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environments: Vec<EnvironmentName>,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// Fail when an environment could not be deployed as proposed
    #[arg(long)]
    pub require_acknowledged: bool,

    /// The folder of the input files [default: the workspace's root]
    #[arg(long, value_name = "DIR", alias = "definition")]
    pub config: Option<PathBuf>,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Text,
    /// For a pull request
    Markdown,
    /// For programs
    Json,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let environments = match arguments.environments.as_slice() {
        [] => EnvironmentName::ALL.to_vec(),
        some => some.to_vec(),
    };
    let acknowledged = Acknowledgements::gather(&[], None)?.words();
    let mut compared = Vec::new();
    let mut base_commit = None;
    for environment in environments {
        let base = Handover::synthesize(line, environment, Some(&arguments.base))?;
        let base = base.ok_or(Error::NoCheckout)?;
        base_commit = base.commit().map(str::to_owned);
        let proposal = Handover::synthesize_or_refuse(line, environment)?;
        let before = read(base.assembly())?;
        let (after, forecast) = match proposal.ok_or(Error::NoCheckout)? {
            Ok(proposal) => {
                let after = read(proposal.assembly())?;
                let forecast = B::forecast(&before, &after, &acknowledged)?;
                (Ok(model(&after)?), forecast)
            }
            Err(refused) => (Err(refused), None),
        };
        compared.push(Compared {
            before: model(&before)?,
            after,
            forecast,
        });
    }
    let command = format!(
        "cargo xtask review --base {}",
        base_commit.as_deref().unwrap_or(&arguments.base)
    );
    let base = Revision {
        commit: base_commit,
    };
    let report = Report::new(base, Revision { commit: None }, command, compared);
    match arguments.format {
        Format::Text => print_text(&TerminalText::lines(&text(&report)))?,
        Format::Markdown => print_text(&TerminalText::lines(&markdown(&report)))?,
        Format::Json => json(&report)?,
    }
    Ok(if arguments.require_acknowledged && report.is_blocked() {
        exit_code::BLOCKED
    } else {
        exit_code::SUCCESS
    })
}

fn model(assembly: &Assembly) -> Result<review::Environment, Error> {
    review::Environment::new(assembly, Locations::new()).map_err(Error::Json)
}
