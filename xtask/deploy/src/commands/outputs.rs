//! `outputs`: what the deployed stacks say of themselves.

use crate::observe::observe_with;
use crate::plan::PlanError;
use crate::report::outputs;
use clap::Args;
use cli_conventions::exit_code;

use super::arguments::{Format, Target};
use super::output::{complaining, json, print};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::preflight::{Found, Refusal, check};
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask outputs --env staging
  cargo xtask outputs --env staging --only loadbalancer --format json")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,

    /// Only this stack, by short or full name; may be repeated
    #[arg(long, value_name = "STACK")]
    pub only: Vec<String>,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let session = Session::<B>::open(line, &arguments.target).await?;
    let expected = &session.expected;
    let observed = observe_with(
        session.client(),
        &expected.region,
        &expected.prefix,
        complaining(),
    )
    .await
    .map_err(Error::Port)?;
    let found = Found::new(expected, &observed, session.source.clone(), None);
    if let Err(mut refusals) = check(expected, &found) {
        refusals.retain(|one| {
            matches!(
                one,
                Refusal::WrongAccount { .. } | Refusal::WrongRegion { .. }
            )
        });
        if !refusals.is_empty() {
            return Err(Error::Refused(refusals));
        }
    }
    let only: Vec<String> = arguments
        .only
        .iter()
        .map(|name| session.full(name))
        .collect();
    let known = |name: &String| {
        let mut defined = session.assembly.stacks.iter();
        observed.stacks.contains_key(name) || defined.any(|stack| stack.name.as_str() == name)
    };
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        return Err(Error::Plan(PlanError::UnknownStack {
            name: unknown.clone(),
            nearest: None,
        }));
    }
    let asked = observed
        .stacks
        .values()
        .filter(|stack| only.is_empty() || only.contains(&stack.name));
    let outputs = outputs::outputs(asked, expected.environment);
    match arguments.target.format {
        Format::Json => json(&outputs)?,
        Format::Text => print(&outputs::lines(&outputs))?,
    }
    Ok(exit_code::SUCCESS)
}
