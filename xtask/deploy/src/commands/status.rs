//! `status`: whether what is deployed is what is defined.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::doctor;
use crate::finding::{Area, Finding, State, sorted};
use crate::health::{Detected, health};
use crate::inspect::{self, PinnedImage, last_drift};
use crate::plan::Plan;
use crate::report::inspection;
use crate::report::status::Report;
use crate::report::wording::short;
use crate::report::{Line, Tone};
use cloudformation::status::StackStatus;
use deploy_arguments::{Definition, Format, Status, exit_code};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::doctor::{Examined, code, now};
use super::output::{json, look, planned, print};
use crate::Error;
use crate::backend::Backend;
use crate::session::{Planner, Purpose, Session, Strictness, complete, completed};
use crate::terminal::complain;

pub(super) async fn run<B: Backend>(arguments: &Status) -> Result<u8, Error> {
    let session = Session::<B>::open(&arguments.target).await?;
    let patience = Duration::from_secs(60 * u64::from(arguments.wait));
    let (plan, report) = waited(&session, arguments, patience).await?;
    let mut beside = match arguments.definition.folder {
        Some(_) => Some(beside(&session, &arguments.definition, &plan).await?),
        None => {
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
    complete(beside.iter_mut().flatten(), &arguments.target);
    let whole = Whole {
        report: &report,
        beside: beside.as_deref(),
    };
    match arguments.target.format {
        Format::Json => json(&whole)?,
        Format::Text => {
            let target = &arguments.target;
            let bootstrap = format!("cargo xtask bootstrap --env {}", target.environment);
            let bootstrap = completed(&bootstrap, target);
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

/// How the stacks stand, once nothing goes on in those that are not as defined; or, after that time,
/// how they stand all the same.
async fn waited<B: Backend>(
    session: &Session<B>,
    arguments: &Status,
    patience: Duration,
) -> Result<(Box<Plan>, Report), Error> {
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.ahead = true;
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
        let report = Report::of(&plan, &stacks.unwrap_or_default());
        if report.busy().next().is_none() || Instant::now() + between > until {
            return Ok((plan, report));
        }
        for one in report.busy().filter(|one| told.insert(one.name.clone())) {
            let status = one.status.as_ref().map_or("busy", StackStatus::as_str);
            let text = format!("{} is {status}; waiting for its end", one.name);
            complain(&[Line::at(2).and(Tone::Dim, text)]);
        }
        sleep(between).await;
    }
}

/// What else an environment needs to be well. The report tells of the stacks.
async fn beside<B: Backend>(
    session: &Session<B>,
    definition: &Definition,
    plan: &Plan,
) -> Result<Vec<Finding>, Error> {
    let (examined, drift) = tokio::join!(
        Examined::of(session, definition),
        last_drift(session.client(), &session.expected.prefix),
    );
    let examined = examined?;
    let known = examined.known(session);
    let health = health(&known, plan, drift.as_ref().ok(), &examined.found);
    let mut findings = health.findings;
    findings.retain(|one| one.area != Area::Stacks);
    if let Err(unanswered) = drift {
        findings.push(unanswered.finding(Area::Drift, ""));
    }
    Ok(sorted(findings))
}

/// How old the machines' image is, where the definition is not at hand: a release tells which one it
/// is. No deployment fails for want of an answer.
async fn machines<B: Backend>(session: &Session<B>, arguments: &Status) -> Option<Vec<Finding>> {
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
        findings.iter_mut().for_each(|one| one.state = State::Note);
    }
    Some(findings)
}

/// What the last detections of drift found, where the definition is not at hand. Told, and no failure:
/// a deployment is not the one that drifted.
async fn drifted<B: Backend>(session: &Session<B>, arguments: &Status) -> Vec<Finding> {
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
            Detected::Changed { resources, at } if !resources.is_empty() => {
                let subject = short(&stack, expected.environment);
                let at = at.map_or_else(String::new, |at| format!(", as of {at}"));
                let message = format!("changed by hand{at}: {}", resources.join(", "));
                Some(Finding::new(State::Note, Area::Drift, subject, message))
            }
            _ => None,
        })
        .collect()
}

/// Everything that was looked at.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<&'a [Finding]>,
}

impl Whole<'_> {
    fn lines(&self, bootstrap: &str) -> Vec<Line> {
        let mut lines = self.report.lines_with(look(), bootstrap);
        if let Some(findings) = self.beside {
            lines.push(Line::new());
            lines.extend(inspection::findings("beside the stacks", findings, look()));
        }
        lines
    }
}
