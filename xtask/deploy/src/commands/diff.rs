//! `diff`: the differences between the definition and what is deployed, or another commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::difference::{compare, templates};
use crate::report::plan;
use clap::Args;
use cli_conventions::exit_code;
use common::assembly::read;
use common::environment::EnvironmentName;
use review::difference::Difference;
use serde::Serialize;

use super::arguments::{Format, Images, Scope, Target};
use super::output::{json, print, style};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::handover::Handover;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};

/// The output of `--format json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonOutput {
    environment: EnvironmentName,
    differences: BTreeMap<String, Difference>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Compares with what is deployed; with --base, with the definition of another
commit, which needs no AWS.

Examples:
  cargo xtask diff --env staging
  cargo xtask diff --env production --only network
  cargo xtask diff --env staging --base origin/next")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub scope: Scope,

    /// Compare with the definition of this commit instead of what is deployed
    #[arg(long, value_name = "REV", conflicts_with_all = ["endpoint_url", "local", "bootstrap"])]
    pub base: Option<String>,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    if let Some(base) = &arguments.base {
        return compare_with(line, arguments, base);
    }
    let session = Session::<B>::open(line, &arguments.target).await?;
    let mut request = session.request(&arguments.scope, &Images::default())?;
    // Manual stacks are shown too.
    request.manual_stacks = true;
    let planner = Planner::new(&session, request, DeploymentKind::Deploy, Access::Read);
    let mut plan = planner.plan_only().await?;
    let differences = planner.differences();
    if arguments.target.format == Format::Json {
        json(&JsonOutput {
            environment: plan.environment,
            differences,
        })?;
        return Ok(exit_code::SUCCESS);
    }
    // Steps and findings belong to `plan`.
    plan.steps.clear();
    plan.findings.clear();
    let differing: BTreeSet<&String> = differences.keys().collect();
    for stack in &mut plan.stacks {
        stack.deferred.clear();
        if differing.contains(&stack.name) {
            stack.reason.clear();
        }
    }
    let lines = plan::plan(plan::PlanView {
        plan: &plan,
        differences: &templates(&differences, style()),
        consequences: &[],
        change_sets: &BTreeMap::new(),
    });
    print(&lines)?;
    Ok(exit_code::SUCCESS)
}

/// Compares the definition with that of a commit, without AWS.
fn compare_with(line: &CommandLine, arguments: &Arguments, base: &str) -> Result<u8, Error> {
    let target = &arguments.target;
    // The working tree first: its errors are reported before time is spent on the other commit.
    let synthesized;
    let after = match &target.assembly {
        Some(folder) => read(folder)?,
        None => {
            synthesized =
                Handover::synthesize(line, target.environment, None)?.ok_or(Error::NoCheckout)?;
            read(synthesized.assembly())?
        }
    };
    let before =
        Handover::synthesize(line, target.environment, Some(base))?.ok_or(Error::NoCheckout)?;
    let before = read(before.assembly())?;
    let compared = compare(&before, &after, &arguments.scope.only);
    let compared = compared.map_err(Error::Json)?;
    match target.format {
        Format::Json => json(&compared)?,
        Format::Text => print(&compared.lines(style()))?,
    }
    Ok(exit_code::SUCCESS)
}
