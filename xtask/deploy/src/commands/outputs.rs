//! `outputs`: the outputs of the deployed stacks.

use crate::plan::PlanError;
use crate::report::outputs;
use clap::Args;
use cli_conventions::exit_code;
use cloudformation::StackName;

use super::arguments::{Format, Target};
use super::output::{json, print};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::preflight::check_account_and_region;
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
    let observed = session.observe().await?;
    check_account_and_region(expected, &observed).map_err(Error::Refused)?;
    let only: Vec<StackName> = arguments
        .only
        .iter()
        .map(|name| session.full_name(name))
        .collect();
    let known = |name: &StackName| {
        let mut defined = session.assembly.stacks.iter();
        observed.stacks.contains_key(name) || defined.any(|stack| *name == stack.name)
    };
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        return Err(Error::Plan(PlanError::UnknownStack {
            name: unknown.to_string(),
            nearest: None,
        }));
    }
    let selected = observed
        .stacks
        .values()
        .filter(|stack| only.is_empty() || only.contains(&stack.name));
    let outputs = outputs::outputs(selected, expected.environment);
    match arguments.target.format {
        Format::Json => json(&outputs)?,
        Format::Text => print(&outputs::lines(&outputs))?,
    }
    Ok(exit_code::SUCCESS)
}
