//! `drift`: what somebody changed without CloudFormation.

use std::collections::{BTreeMap, BTreeSet};

use crate::drift::{DriftTarget, Report, StackReport, detect};
use crate::observe::{Need, Observed, fetch_with, observe_with};
use crate::orphans::DeletedStack;
use crate::plan::Plan;
use crate::report::wording::{count, short};
use crate::report::{Line, Tone, drift, terminal};
use clap::Args;
use cli_conventions::exit_code;
use cloudformation::Stack;
use cloudformation::status::StackStatus;
use common::environment::EnvironmentName;
use common::template::check::DIGEST_OUTPUT;
use serde::Serialize;
use serde_json::Value;

use super::arguments::{Format, Target};
use super::output::{complaining, json, print, style};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::preflight::{Found, Refusal, check};
use crate::session::{Planner, Session};
use crate::terminal::complain;

/// What `--format json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Printed<'a> {
    environment: EnvironmentName,
    drifted: usize,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    missing: BTreeMap<String, DeletedStack>,
    stacks: &'a BTreeMap<String, StackReport>,
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
    let mut observed = observe_with(
        session.client(),
        &expected.region,
        &expected.prefix,
        complaining(),
    )
    .await
    .map_err(Error::Port)?;
    permitted(&session, &observed)?;
    let only: BTreeSet<String> = arguments
        .only
        .iter()
        .map(|name| session.full(name))
        .collect();
    if let Some(missing) = only
        .iter()
        .find(|name| !observed.stacks.contains_key(*name))
    {
        return Err(Error::NotDeployed {
            stack: short(missing, expected.environment).to_owned(),
        });
    }
    let asked: Vec<String> = observed
        .stacks
        .keys()
        .filter(|name| only.is_empty() || only.contains(*name))
        .cloned()
        .collect();
    let report = looked_at(&session, &mut observed, &asked).await?;
    let missing = if only.is_empty() {
        missing(&session, &mut observed).await?
    } else {
        BTreeMap::new()
    };
    let is_missing = !missing.is_empty();
    match arguments.target.format {
        Format::Json => json(&Printed {
            environment: expected.environment,
            drifted: report.drifted(),
            missing,
            stacks: &report.stacks,
        })?,
        Format::Text => {
            let style = style();
            let mut lines: Vec<Line> = missing
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
            if is_missing {
                lines.push(Line::new());
            }
            lines.extend(drift::lines(&report, expected.environment, style));
            print(&lines)?;
        }
    }
    Ok(match (report.drifted(), report.unread()) {
        _ if is_missing => exit_code::DRIFTED,
        (0, 0) => exit_code::SUCCESS,
        (0, _) => exit_code::AWS,
        _ => exit_code::DRIFTED,
    })
}

/// The defined stacks that were deployed, and are not there any more.
async fn missing<B: Backend>(
    session: &Session<B>,
    observed: &mut Observed,
) -> Result<BTreeMap<String, DeletedStack>, Error> {
    let names = session.assembly.stacks.iter();
    let names: BTreeSet<String> = names
        .map(|stack| stack.name.to_string())
        .filter(|name| !observed.stacks.contains_key(name))
        .collect();
    // Of an environment that is not there at all, nothing has drifted.
    if names.is_empty() || observed.stacks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let needs = BTreeSet::from([Need::DeletedStacks(names)]);
    fetch_with(session.client(), observed, &needs, complaining())
        .await
        .map_err(Error::Port)?;
    let gone = std::mem::take(&mut observed.deleted_stacks).into_iter();
    Ok(gone
        .filter_map(|(name, gone)| Some((name, gone?)))
        .collect())
}

/// What drifted in the stacks that a plan changes.
pub(super) async fn of_plan<B: Backend>(
    session: &Session<B>,
    planner: &Planner<'_, B>,
    plan: &Plan,
) -> Result<Report, Error> {
    let changing: BTreeSet<&String> = plan.steps.iter().map(|step| &step.stack).collect();
    let observed = planner.observed(Clone::clone);
    let Some(mut observed) = observed else {
        return Ok(Report {
            stacks: BTreeMap::new(),
        });
    };
    let asked: Vec<String> = observed
        .stacks
        .values()
        .filter(|stack| changing.contains(&stack.name) && is_there(stack))
        .map(|stack| stack.name.clone())
        .collect();
    looked_at(session, &mut observed, &asked).await
}

/// A stack that never was whole is not asked about by whoever deploys it.
fn is_there(stack: &Stack) -> bool {
    !matches!(
        stack.status,
        StackStatus::ReviewInProgress | StackStatus::CreateInProgress
    )
}

/// Lets CloudFormation look, and puts what it found into words.
async fn looked_at<B: Backend>(
    session: &Session<B>,
    observed: &mut Observed,
    names: &[String],
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
        let text = format!("looking at {}", count(stacks.len(), "stack"));
        complain(&[Line::new().and(Tone::Dim, text)]);
    }
    let pace = session.options(None, "").rate_limits;
    let port = session.detecting().await?;
    let found = detect(port.client(), &stacks, &pace, |_, _| {})
        .await
        .map_err(Error::Port)?;
    // The template is only for how the definition writes what differs.
    let drifted = found.iter().filter(|(_, one)| !one.resources.is_empty());
    let mut templates: BTreeMap<String, Value> = BTreeMap::new();
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
    fetch_with(session.client(), observed, &needs, complaining())
        .await
        .map_err(Error::Port)?;
    for (name, text) in &observed.templates {
        if let Ok(template) = serde_json::from_str(text) {
            templates.entry(name.clone()).or_insert(template);
        }
    }
    Ok(Report::new(&found, &templates))
}

/// The definition's template, where it is the one that is deployed.
fn own_template<B: Backend>(
    session: &Session<B>,
    observed: &Observed,
    name: &str,
) -> Option<Value> {
    let stack = observed.stacks.get(name)?;
    let artifact = session
        .assembly
        .stacks
        .iter()
        .find(|artifact| artifact.name.as_str() == name)?;
    let same = stack.output(DIGEST_OUTPUT) == Some(artifact.digest.as_str());
    let text = artifact.template.as_deref().filter(|_| same)?;
    serde_json::from_str(text).ok()
}

/// Looking is harmless, but in the right place.
fn permitted<B: Backend>(session: &Session<B>, observed: &Observed) -> Result<(), Error> {
    let expected = &session.expected;
    let found = Found::new(expected, observed, session.source.clone(), None);
    let Err(mut refusals) = check(expected, &found) else {
        return Ok(());
    };
    refusals.retain(|one| {
        matches!(
            one,
            Refusal::WrongAccount { .. } | Refusal::WrongRegion { .. }
        )
    });
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(Error::Refused(refusals))
    }
}
