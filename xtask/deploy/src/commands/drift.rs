//! `drift`: changes made outside CloudFormation.

use std::collections::{BTreeMap, BTreeSet};

use crate::drift::{DriftTarget, Report, StackReport, detect};
use crate::observe::{Need, Observed, fetch_with};
use crate::orphans::DeletedStack;
use crate::plan::Plan;
use crate::report::wording::{count, short};
use crate::report::{Line, Tone, drift, terminal};
use clap::Args;
use cli_conventions::exit_code;
use cloudformation::status::StackStatus;
use cloudformation::{Stack, StackName};
use common::environment::EnvironmentName;
use common::template::check::DIGEST_OUTPUT;
use serde::Serialize;
use serde_json::Value;

use super::arguments::{Format, Target};
use super::output::{json, print, style};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::preflight::check_account_and_region;
use crate::session::Session;
use crate::session_planner::Planner;
use crate::terminal::{eprint_lines, stderr_warnings};

/// The output of `--format json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonOutput<'a> {
    environment: EnvironmentName,
    drifted: usize,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    missing: BTreeMap<StackName, DeletedStack>,
    stacks: &'a BTreeMap<StackName, StackReport>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
CloudFormation checks every resource that supports drift detection. Exits
with 17 when one differs from what was deployed.

Examples:
  cargo xtask drift --env production
  cargo xtask drift --env staging --only network --format json")]
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
    let mut observed = session.observe().await?;
    check_account_and_region(expected, &observed).map_err(Error::Refused)?;
    let only: BTreeSet<StackName> = arguments
        .only
        .iter()
        .map(|name| session.full_name(name))
        .collect();
    if let Some(missing) = only
        .iter()
        .find(|name| !observed.stacks.contains_key(*name))
    {
        return Err(Error::NotDeployed {
            stack: short(missing, expected.environment).to_owned(),
        });
    }
    let names: Vec<StackName> = observed
        .stacks
        .keys()
        .filter(|name| only.is_empty() || only.contains(*name))
        .cloned()
        .collect();
    let report = detect_drift(&session, &mut observed, &names).await?;
    let deleted = if only.is_empty() {
        deleted_stacks(&session, &mut observed).await?
    } else {
        BTreeMap::new()
    };
    let has_deleted = !deleted.is_empty();
    match arguments.target.format {
        Format::Json => json(&JsonOutput {
            environment: expected.environment,
            drifted: report.drifted(),
            missing: deleted,
            stacks: &report.stacks,
        })?,
        Format::Text => {
            let style = style();
            let mut lines: Vec<Line> = deleted
                .iter()
                .map(|(stack, gone)| {
                    let name = short(stack, expected.environment);
                    Line::new()
                        .and(Tone::Bad, "-")
                        .plain(" ")
                        .and(Tone::Strong, name)
                        .plain(format!("  the stack was deleted at {}", gone.deleted))
                })
                .collect();
            if has_deleted {
                lines.push(Line::new());
            }
            lines.extend(drift::lines(&report, expected.environment, style));
            print(&lines)?;
        }
    }
    Ok(match (report.drifted(), report.unread()) {
        _ if has_deleted => exit_code::DRIFTED,
        (0, 0) => exit_code::SUCCESS,
        (0, _) => exit_code::AWS,
        _ => exit_code::DRIFTED,
    })
}

/// The defined stacks that were deployed and then deleted.
async fn deleted_stacks<B: Backend>(
    session: &Session<B>,
    observed: &mut Observed,
) -> Result<BTreeMap<StackName, DeletedStack>, Error> {
    let names = session.assembly.stacks.iter();
    let names: BTreeSet<StackName> = names
        .map(|stack| StackName::from(&stack.name))
        .filter(|name| !observed.stacks.contains_key(name))
        .collect();
    // An environment without stacks has not drifted.
    if names.is_empty() || observed.stacks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let needs = BTreeSet::from([Need::DeletedStacks(names)]);
    fetch_with(session.client(), observed, &needs, stderr_warnings())
        .await
        .map_err(Error::Port)?;
    let gone = std::mem::take(&mut observed.deleted_stacks).into_iter();
    Ok(gone
        .filter_map(|(name, gone)| Some((name, gone?)))
        .collect())
}

/// The drift of the stacks that a plan changes.
pub(super) async fn plan_drift<B: Backend>(
    session: &Session<B>,
    planner: &Planner<'_, B>,
    plan: &Plan,
) -> Result<Report, Error> {
    let changing: BTreeSet<&StackName> = plan.steps.iter().map(|step| &step.stack).collect();
    let observed = planner.observed(Clone::clone);
    let Some(mut observed) = observed else {
        return Ok(Report {
            stacks: BTreeMap::new(),
        });
    };
    let names: Vec<StackName> = observed
        .stacks
        .values()
        .filter(|stack| changing.contains(&stack.name) && has_resources(stack))
        .map(|stack| stack.name.clone())
        .collect();
    detect_drift(session, &mut observed, &names).await
}

/// A stack that was never created completely can't drift.
fn has_resources(stack: &Stack) -> bool {
    !matches!(
        stack.status,
        StackStatus::ReviewInProgress | StackStatus::CreateInProgress
    )
}

/// Has CloudFormation detect drift, and describes it in terms of the definition.
async fn detect_drift<B: Backend>(
    session: &Session<B>,
    observed: &mut Observed,
    names: &[StackName],
) -> Result<Report, Error> {
    let stacks: Vec<DriftTarget> = names
        .iter()
        .filter_map(|name| observed.stacks.get(name))
        .map(|stack| DriftTarget {
            name: stack.name.clone(),
            id: stack.id.clone(),
            status: stack.status.clone(),
        })
        .collect();
    if terminal::stderr_size().is_some() {
        let text = format!("detecting drift in {}", count(stacks.len(), "stack"));
        eprint_lines(&[Line::new().and(Tone::Dim, text)]);
    }
    let rate_limits = session.options(None, "").rate_limits;
    let backend = session.drift_detection_backend().await?;
    let found = detect(backend.client(), &stacks, &rate_limits, |_, _| {})
        .await
        .map_err(Error::Port)?;
    // The templates show how the definition writes what differs.
    let drifted = found.iter().filter(|(_, one)| !one.resources.is_empty());
    let mut templates: BTreeMap<StackName, Value> = BTreeMap::new();
    let mut needs = BTreeSet::new();
    for (name, _) in drifted {
        match own_template(session, observed, name) {
            Some(template) => {
                templates.insert(name.clone(), template);
            }
            None => {
                needs.insert(Need::Template(name.clone()));
            }
        }
    }
    fetch_with(session.client(), observed, &needs, stderr_warnings())
        .await
        .map_err(Error::Port)?;
    for (name, text) in &observed.templates {
        if let Ok(template) = serde_json::from_str(text) {
            templates.entry(name.clone()).or_insert(template);
        }
    }
    Ok(Report::new(&found, &templates))
}

/// The definition's template, if it is the deployed one.
fn own_template<B: Backend>(
    session: &Session<B>,
    observed: &Observed,
    name: &StackName,
) -> Option<Value> {
    let stack = observed.stacks.get(name)?;
    let artifact = session
        .assembly
        .stacks
        .iter()
        .find(|artifact| *name == artifact.name)?;
    let is_deployed = stack.output(DIGEST_OUTPUT) == Some(artifact.digest.as_str());
    let text = artifact.template.as_deref().filter(|_| is_deployed)?;
    serde_json::from_str(text).ok()
}
