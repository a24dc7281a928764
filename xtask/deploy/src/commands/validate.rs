//! `validate`: change sets that are made for CloudFormation's validation, and discarded.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use cli_conventions::exit_code;
use cloudformation::StackName;
use serde::Serialize;

use super::arguments::{Acting, Format, Images, Scope, Target};
use super::output::{json, print};
use crate::Error;
use crate::backend::Backend;
use crate::calls::Stop;
use crate::command_line::CommandLine;
use crate::deployment::wait_prepared;
use crate::execute::{Prepared, StepOutcome, discard_prepared, failed, prepare};
use crate::plan::{Finding, FindingCode, Operation, Plan, StepId};
use crate::report::Line;
use crate::report::findings::finding;
use crate::report::wording::{count, listed};
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};
use crate::terminal::{Interrupts, eprint_lines};

/// The description of the change sets, which CloudFormation does not take empty.
const NOTE: &str = "of a validation: to be deleted, never to be executed";

/// How many stacks are named.
const NAMED: usize = 6;

/// The output of `--format json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonOutput {
    /// The stacks whose change sets CloudFormation validated.
    validated: Vec<StackName>,
    /// The stacks whose change sets have to wait for another stack.
    waiting: Vec<StackName>,
    warnings: Vec<Finding>,
    /// Why change sets failed, by stack.
    failed: BTreeMap<StackName, String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Change sets are created and deleted again, and never executed. Stacks that
wait for an export of another stack are not validated.

Examples:
  cargo xtask validate --env staging
  cargo xtask validate --env staging --local")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub scope: Scope,
    #[command(flatten)]
    pub images: Images,
    #[command(flatten)]
    pub acting: Acting,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let mut interrupts = Interrupts::listen();
    let session = Session::<B>::open(line, &arguments.target).await?;
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.role = arguments.acting.role.clone().or(request.role);
    // Nothing is executed, so account and region are checked, and no branch or commit.
    let planner = |request| Planner::new(&session, request, DeploymentKind::Deploy, Access::Read);
    let mut plan = planner(request.clone()).plan_only().await?;
    if plan.is_blocked() {
        // What asks for an acknowledgement is validated all the same.
        let asked = plan.findings.iter().map(Finding::acknowledgement);
        request.acknowledged.extend(asked);
        plan = planner(request.clone()).plan_only().await?;
    }
    let options = session.options(None, NOTE);
    let (handle, stop) = Stop::new();
    let work = prepare(session.client(), &mut plan, &options, |_| {}, stop);
    let prepared = wait_prepared(work, &handle, &mut interrupts).await;
    discard_prepared(session.client(), &plan, &options, |_| {}).await;
    let Some((prepared, false)) = prepared else {
        eprint_lines(&[Line::new().plain("interrupted; the change sets were deleted")]);
        return Ok(exit_code::REFUSED);
    };
    let found = collect(&plan, &prepared);
    match arguments.target.format {
        Format::Json => json(&found)?,
        Format::Text => print(&lines(&found, &plan))?,
    }
    let failed = failed(&prepared);
    Ok(if failed.steps.is_empty() {
        exit_code::SUCCESS
    } else {
        failed.exit_code()
    })
}

fn collect(plan: &Plan, prepared: &BTreeMap<StepId, Prepared>) -> JsonOutput {
    let deploys = |step: &&crate::plan::Step| matches!(step.operation, Operation::Deploy(_));
    let stack_of = |id: &StepId| {
        let step = plan.steps.iter().find(|step| step.id == *id)?;
        Some(step.stack.clone())
    };
    let mut validated = BTreeSet::new();
    let mut failed = BTreeMap::new();
    for (id, one) in prepared {
        let Some(stack) = stack_of(id) else { continue };
        match one {
            Prepared::Failed(outcome) => {
                failed.insert(stack, reason(outcome));
            }
            Prepared::Ready { .. } | Prepared::Empty | Prepared::Blocked { .. } => {
                validated.insert(stack);
            }
        }
    }
    let waiting: BTreeSet<StackName> = plan
        .steps
        .iter()
        .filter(deploys)
        .map(|step| step.stack.clone())
        .filter(|stack| !validated.contains(stack) && !failed.contains_key(stack))
        .collect();
    let warnings = plan.findings.iter();
    JsonOutput {
        validated: validated.into_iter().collect(),
        waiting: waiting.into_iter().collect(),
        warnings: warnings
            .filter(|finding| finding.code == FindingCode::ValidationWarning)
            .cloned()
            .collect(),
        failed,
    }
}

fn reason(outcome: &StepOutcome) -> String {
    match outcome {
        StepOutcome::Failed(failure) => failure.message.clone(),
        StepOutcome::Stale { difference } => difference.clone(),
        StepOutcome::Done { .. }
        | StepOutcome::Unchanged
        | StepOutcome::Blocked { .. }
        | StepOutcome::Skipped { .. }
        | StepOutcome::Detached => "no change set was created".to_owned(),
    }
}

fn lines(found: &JsonOutput, plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    for (stack, reason) in &found.failed {
        lines.push(Line::new().plain(format!("{stack}: {reason}")));
    }
    for warning in &found.warnings {
        lines.extend(finding(warning, plan.environment));
    }
    lines.push(Line::new().plain(format!(
        "{} validated, {}, {} failed",
        count(found.validated.len(), "change set"),
        count(found.warnings.len(), "warning"),
        found.failed.len()
    )));
    if !found.waiting.is_empty() {
        let names: Vec<String> = found.waiting.iter().map(ToString::to_string).collect();
        lines.push(Line::new().plain(format!(
            "not validated, because they wait for another stack: {}",
            listed(&names, NAMED)
        )));
    }
    lines
}
