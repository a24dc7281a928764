//! `status`: whether what is deployed is what is defined.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::inspect::doctor;
use crate::inspect::finding::{Area, Finding, FindingState, sorted};
use crate::inspect::health::health;
use crate::inspect::{self, PinnedImage, StackDrift, last_drift};
use crate::plan::Plan;
use crate::report::inspection;
use crate::report::status::StatusReport;
use crate::report::wording::short;
use crate::report::{Line, Tone};
use clap::Args;
use cli_conventions::exit_code;
use cloudformation::status::StackStatus;
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::arguments::{Format, Images, Scope, Target};
use super::doctor::{Examined, code, now};
use super::output::{json, planned, print, style};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::session::{Planner, Purpose, Session, Strictness};
use crate::terminal::complain;

#[derive(Debug, Args)]
#[command(after_help = "\
Exits with 15 when it is not. Also checks what surrounds the stacks, unless
only some are asked for: certificates, peering, connections, alarm
subscriptions, the age of the machine image, secrets without a value,
pipelines; and exits with 16 when one of them needs attention.

Examples:
  cargo xtask status --env production
  cargo xtask status --env production --format json")]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub scope: Scope,
    #[command(flatten)]
    pub images: Images,

    /// Wait this long for busy stacks that are not as defined yet
    #[arg(long, value_name = "MINUTES", default_value = "0")]
    pub wait: u16,
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let session = Session::<B>::open(line, &arguments.target).await?;
    let patience = Duration::from_secs(60 * u64::from(arguments.wait));
    let (plan, report) = waited(&session, arguments, patience).await?;
    let mut beside = match has_definition(line, arguments) {
        true => Some(beside(&session, &plan).await?),
        false => {
            let machines = machines(&session, arguments).await;
            let drifted = drifted(&session, arguments).await;
            match (machines, drifted.is_empty()) {
                (machines, true) => machines,
                (machines, false) => {
                    let machines = machines.unwrap_or_default();
                    Some(sorted(machines.into_iter().chain(drifted).collect()))
                }
            }
        }
    };
    line.complete(beside.iter_mut().flatten());
    let whole = Whole {
        report: &report,
        beside: beside.as_deref(),
    };
    match arguments.target.format {
        Format::Json => json(&whole)?,
        Format::Text => {
            let target = &arguments.target;
            let bootstrap = format!("cargo xtask bootstrap --env {}", target.environment);
            let bootstrap = line.completed(&bootstrap);
            print(&whole.lines(&bootstrap))?;
        }
    }
    // A release is asked about by its image. Protection is not the release's to give, but that of
    // the definition's next pass.
    let released = !arguments.images.images.is_empty() && report.is_as_released();
    Ok(if report.is_deployed() || released {
        code(beside.as_deref().unwrap_or_default())
    } else {
        exit_code::DIFFERENT
    })
}

/// Whether what surrounds the stacks is checked too: `cargo xtask` has the definition at hand, which only AWS can
/// be compared with; `deployer` has it where it is told where.
fn has_definition(line: &CommandLine, arguments: &Arguments) -> bool {
    let target = &arguments.target;
    if line.caller.xtask.is_none() {
        return target.config.is_some();
    }
    let in_aws = target.local.is_none() && target.endpoint_url.is_none();
    in_aws && arguments.scope.only.is_empty()
}

/// How the stacks stand, once nothing goes on in those that are not as defined; or, after that time,
/// how they stand all the same.
async fn waited<B: Backend>(
    session: &Session<B>,
    arguments: &Arguments,
    patience: Duration,
) -> Result<(Box<Plan>, StatusReport), Error> {
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.assume_recovered = true;
    let only = request.only.clone();
    let planner = Planner::new(session, request, Purpose::Deploy, Strictness::ToLook);
    let between = session.options(None, "").rate_limits.longest;
    let until = Instant::now() + patience;
    let mut told = BTreeSet::new();
    loop {
        let mut plan = planned(session, &planner).await?;
        // Of the others nothing was asked.
        if let Some(only) = &only {
            plan.stacks.retain(|stack| only.contains(&stack.name));
        }
        let stacks = planner.observed(|observed| observed.stacks.clone());
        let report = StatusReport::of(&plan, &stacks.unwrap_or_default());
        if report.busy().next().is_none() || Instant::now() + between > until {
            return Ok((plan, report));
        }
        for one in report.busy().filter(|one| told.insert(one.name.clone())) {
            let status = one.status.as_ref().map_or("busy", StackStatus::as_str);
            let text = format!("{} is {status}; waiting for it to finish", one.name);
            complain(&[Line::at(2).and(Tone::Dim, text)]);
        }
        sleep(between).await;
    }
}

/// What else an environment needs to be well. The report tells of the stacks.
async fn beside<B: Backend>(session: &Session<B>, plan: &Plan) -> Result<Vec<Finding>, Error> {
    let (examined, drift) = tokio::join!(
        Examined::of(session),
        last_drift(session.client(), &session.expected.prefix),
    );
    let examined = examined?;
    let known = examined.known(session);
    let health = health(&known, plan, drift.as_ref().ok(), &examined.found);
    let mut findings = health.findings;
    findings.retain(|one| one.area != Area::Stacks);
    if let Err(error) = drift {
        findings.push(error.finding(Area::Drift, ""));
    }
    Ok(sorted(findings))
}

/// How old the machines' image is, where the definition is not at hand: a release tells which one it
/// is. No deployment fails for want of an answer.
async fn machines<B: Backend>(session: &Session<B>, arguments: &Arguments) -> Option<Vec<Finding>> {
    let is_partial = !arguments.scope.only.is_empty();
    let pinned = PinnedImage::of_assembly(&session.assembly)?;
    if is_partial || session.local.is_some() {
        return None;
    }
    let services = session.services()?;
    let found = inspect::machine_image(&services, &pinned).await;
    let environment = session.assembly.environment;
    let mut findings = doctor::machine_image(environment, &pinned, &found, now());
    if found.image.is_err() || found.recommended.is_err() {
        findings
            .iter_mut()
            .for_each(|one| one.state = FindingState::Note);
    }
    Some(findings)
}

/// What the last detections of drift found, where the definition is not at hand. Told, and no failure:
/// a deployment is not the one that drifted.
async fn drifted<B: Backend>(session: &Session<B>, arguments: &Arguments) -> Vec<Finding> {
    if !arguments.scope.only.is_empty() || session.local.is_some() {
        return Vec::new();
    }
    let expected = &session.expected;
    let Ok(drift) = last_drift(session.client(), &expected.prefix).await else {
        return Vec::new();
    };
    drift
        .into_iter()
        .filter_map(|(stack, detected)| match detected {
            StackDrift::Changed { resources, at } if !resources.is_empty() => {
                let subject = short(&stack, expected.environment);
                let at = at.map_or_else(String::new, |at| format!(", as of {at}"));
                let message = format!("drifted{at}: {}", resources.join(", "));
                Some(Finding::new(
                    FindingState::Note,
                    Area::Drift,
                    subject,
                    message,
                ))
            }
            _ => None,
        })
        .collect()
}

/// Everything that was looked at.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a StatusReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<&'a [Finding]>,
}

impl Whole<'_> {
    fn lines(&self, bootstrap: &str) -> Vec<Line> {
        let mut lines = self.report.lines_with(style(), bootstrap);
        if let Some(findings) = self.beside {
            lines.push(Line::new());
            lines.extend(inspection::findings(
                "outside of the stacks",
                findings,
                style(),
            ));
        }
        lines
    }
}
