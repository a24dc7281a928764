//! `status`: the difference between the deployed and the defined environment.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::inspect::check_result::{Area, CheckResult, CheckStatus, sorted};
use crate::inspect::doctor;
use crate::inspect::health::health;
use crate::inspect::{self, PinnedImage, StackDrift, last_drift};
use crate::plan::Plan;
use crate::report::inspection;
use crate::report::status::StatusReport;
use crate::report::wording::short;
use crate::report::{Line, Tone};
use clap::Args;
use cli_conventions::{exit_code, next_step};
use cloudformation::status::StackStatus;
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::arguments::{Format, Images, Scope, Target};
use super::doctor::{EnvironmentInspection, code, now};
use super::output::{json, print, style};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::session::Session;
use crate::session_planner::{Access, DeploymentKind, Planner};
use crate::terminal::eprint_lines;

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
    let timeout = Duration::from_secs(60 * u64::from(arguments.wait));
    let (plan, report) = wait_for_stacks(&session, arguments, timeout).await?;
    let mut results = match has_definition(line, arguments) {
        true => Some(environment_results(&session, &plan).await?),
        false => {
            let image_age = image_age_results(&session, arguments).await;
            let drift = drift_results(&session, arguments).await;
            if drift.is_empty() {
                image_age
            } else {
                let image_age = image_age.into_iter().flatten();
                Some(sorted(image_age.chain(drift).collect()))
            }
        }
    };
    line.complete(results.iter_mut().flatten());
    let output = Output {
        report: &report,
        results: results.as_deref(),
    };
    match arguments.target.format {
        Format::Json => json(&output)?,
        Format::Text => {
            let target = &arguments.target;
            let bootstrap = next_step::command("bootstrap", target.environment);
            let bootstrap = line.completed(&bootstrap);
            print(&output.lines(&bootstrap))?;
        }
    }
    // A release passes its image. Protection is left to the next run of the definition's pipeline.
    let released = !arguments.images.images.is_empty() && report.is_as_released();
    Ok(if report.is_deployed() || released {
        code(results.as_deref().unwrap_or_default())
    } else {
        exit_code::DIFFERENT
    })
}

/// Whether the checks of `doctor` run too. They need the definition, which `cargo xtask` has and `deployer` gets
/// by `--config`, and they need AWS.
fn has_definition(line: &CommandLine, arguments: &Arguments) -> bool {
    let target = &arguments.target;
    if line.caller.xtask.is_none() {
        return target.config.is_some();
    }
    let in_aws = target.local.is_none() && target.endpoint_url.is_none();
    in_aws && arguments.scope.only.is_empty()
}

/// Waits until no stack that differs from its definition is busy, or until the timeout.
async fn wait_for_stacks<B: Backend>(
    session: &Session<B>,
    arguments: &Arguments,
    timeout: Duration,
) -> Result<(Box<Plan>, StatusReport), Error> {
    let mut request = session.request(&arguments.scope, &arguments.images)?;
    request.assume_recovered = true;
    let only = request.only.clone();
    let planner = Planner::new(session, request, DeploymentKind::Deploy, Access::Read);
    let interval = session.options(None, "").rate_limits.longest;
    let until = Instant::now() + timeout;
    let mut announced = BTreeSet::new();
    loop {
        let mut plan = planner.plan_only().await?;
        if let Some(only) = &only {
            plan.stacks.retain(|stack| only.contains(&stack.name));
        }
        let stacks = planner.observed(|observed| observed.stacks.clone());
        let report = StatusReport::of(&plan, &stacks.unwrap_or_default());
        if report.busy().next().is_none() || Instant::now() + interval > until {
            return Ok((plan, report));
        }
        for one in report
            .busy()
            .filter(|one| announced.insert(one.name.clone()))
        {
            let status = one.status.as_ref().map_or("busy", StackStatus::as_str);
            let text = format!("{} is {status}; waiting for it to finish", one.name);
            eprint_lines(&[Line::at(2).and(Tone::Dim, text)]);
        }
        sleep(interval).await;
    }
}

/// The health of everything but the stacks, which the report covers.
async fn environment_results<B: Backend>(
    session: &Session<B>,
    plan: &Plan,
) -> Result<Vec<CheckResult>, Error> {
    let environment = session.environment()?;
    let (inspection, drift) = tokio::join!(
        EnvironmentInspection::of(session, environment),
        last_drift(session.client(), &session.expected.prefix),
    );
    let inspection = inspection?;
    let context = inspection.context(session);
    let health = health(&context, plan, drift.as_ref().ok(), &inspection.found);
    let mut results = health.results;
    results.retain(|one| one.area != Area::Stacks);
    if let Err(error) = drift {
        results.push(error.result(Area::Drift, ""));
    }
    Ok(sorted(results))
}

/// The age of the machine image that a release pins, without the definition. A failed call is only a note.
async fn image_age_results<B: Backend>(
    session: &Session<B>,
    arguments: &Arguments,
) -> Option<Vec<CheckResult>> {
    let is_partial = !arguments.scope.only.is_empty();
    let pinned = PinnedImage::of_assembly(&session.assembly)?;
    if is_partial || session.local.is_some() {
        return None;
    }
    let services = session.services()?;
    let found = inspect::machine_image(&services, &pinned).await;
    let environment = session.assembly.environment;
    let mut results = doctor::machine_image(environment, &pinned, &found, now());
    if found.image.is_err() || found.recommended.is_err() {
        results
            .iter_mut()
            .for_each(|one| one.state = CheckStatus::Note);
    }
    Some(results)
}

/// The drift that was last detected, without the definition. Only a note: a deployment does not cause drift.
async fn drift_results<B: Backend>(
    session: &Session<B>,
    arguments: &Arguments,
) -> Vec<CheckResult> {
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
                Some(CheckResult::new(
                    CheckStatus::Note,
                    Area::Drift,
                    subject,
                    message,
                ))
            }
            _ => None,
        })
        .collect()
}

#[derive(Serialize)]
struct Output<'a> {
    #[serde(flatten)]
    report: &'a StatusReport,
    #[serde(rename = "beside", skip_serializing_if = "Option::is_none")]
    results: Option<&'a [CheckResult]>,
}

impl Output<'_> {
    fn lines(&self, bootstrap: &str) -> Vec<Line> {
        let mut lines = self.report.lines_with(style(), bootstrap);
        if let Some(results) = self.results {
            lines.push(Line::new());
            lines.extend(inspection::results("outside the stacks", results, style()));
        }
        lines
    }
}
