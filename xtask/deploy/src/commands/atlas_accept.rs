//! `atlas-accept`: accepts the peering with the database.

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::atlas::{
    AcceptOutcome, AcceptProgress, ExpectedPeering, Unchecked, WaitOptions, accept,
};
use crate::report::{Line, Tone, terminal};
use clap::Args;
use cli_conventions::exit_code;
use cloudformation::{CloudFormation as _, StackName};
use common::naming::StackKind;
use common::terminal_text::TerminalText;
use serde::Serialize;

use super::arguments::{Format, Target};
use super::output::{json, print};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::preflight::Refusal;
use crate::session::Session;
use crate::terminal::eprint_lines;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonOutput {
    peering: String,
    /// Whether this call accepted it; else it was active before.
    accepted_now: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Compares the request with [atlas] in the environment's file, and refuses one
that differs. Waits until the connection is active.

Example:
  cargo xtask atlas accept --env staging")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,

    /// Accept even though not everything could be compared
    #[arg(long)]
    pub yes: bool,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let session = Session::<B>::open(line, &arguments.target).await?;
    let environment = session.environment()?;
    let identity = session.client().identity().await.map_err(Error::Port)?;
    if identity.account != environment.account.as_str() {
        return Err(Error::Refused(vec![Refusal::WrongAccount {
            environment: environment.name,
            expected: environment.account.to_string(),
            found: identity.account,
            arn: identity.arn,
        }]));
    }
    let network = environment.names().stack(&StackKind::Network);
    let network = session.client().stack(StackName::from(&network)).await;
    let network = network.map_err(Error::Port)?;
    let vpc = network.as_ref().and_then(|network| network.output("Vpc"));
    let Some(expected) = ExpectedPeering::of(&environment, vpc) else {
        return Err(Error::NoPeering {
            environment: environment.name,
        });
    };
    let services = session.services().ok_or(Error::OnlyCloudFormation)?;
    let accepted = accept(
        &services,
        &expected,
        WaitOptions::default(),
        print_progress,
        |open| arguments.yes || open.is_empty() || confirms(open),
    )
    .await?;
    let peering = expected.peering;
    let accepted_now = accepted == AcceptOutcome::Accepted;
    match arguments.target.format {
        Format::Json => json(&JsonOutput {
            peering,
            accepted_now,
        })?,
        Format::Text => {
            let how = if accepted_now {
                " was accepted, and is active"
            } else {
                " is active already; there is nothing to do"
            };
            let line = Line::new().and(Tone::Strong, peering);
            print(&[line.and(Tone::Good, how)])?;
        }
    }
    Ok(exit_code::SUCCESS)
}

fn print_progress(progress: AcceptProgress) {
    let line = Line::at(2);
    let lines = match progress {
        AcceptProgress::Checked(open) if open.is_empty() => {
            vec![line.plain("it matches the environment's file")]
        }
        AcceptProgress::Checked(open) => {
            let mut lines = vec![line.plain(
                "it matches the environment's file, except for what could not be compared:",
            )];
            let each = open.iter().map(ToString::to_string);
            lines.extend(each.map(|one| Line::at(4).and(Tone::Warn, one).hanging(4)));
            lines
        }
        AcceptProgress::Accepting => vec![line.plain("accepting")],
        AcceptProgress::Waiting(status) => vec![line.and(Tone::Dim, format!("waiting: {status}"))],
        AcceptProgress::Retrying(what) => {
            vec![line.and(Tone::Dim, format!("trying again: {what}"))]
        }
    };
    eprint_lines(&lines);
}

/// Asks at the terminal, if there is one.
fn confirms(_: &[Unchecked]) -> bool {
    if !io::stdin().is_terminal() || terminal::stderr_size().is_none() {
        return false;
    }
    terminal::eprint(&TerminalText::literal("accept it? [y/N] "));
    let mut answer = String::new();
    // The end of the input counts as no.
    let _ = io::stdin().lock().read_line(&mut answer);
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}
