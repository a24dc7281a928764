//! `status`: whether what is deployed is what is defined.

use deploy_arguments::{Definition, Format, Status, exit_code};
use deploy_engine::plan::Plan;
use deploy_render::Line;
use deploy_render::status::Report;
use operate::finding::{Area, Finding, sorted};
use operate::health::health;
use operate::inspect::last_drift;
use operate::report;
use serde::Serialize;

use super::doctor::{Examined, code};
use super::shown::{json, look, planned, print};
use crate::Error;
use crate::session::{Planner, Purpose, Session, Strictness};

pub(super) async fn run(arguments: &Status) -> Result<u8, Error> {
    let session = Session::open(&arguments.target).await?;
    let request = session.request(&arguments.scope, &arguments.images)?;
    let only = request.only.clone();
    let planner = Planner::new(&session, request, Purpose::Deploy, Strictness::ToLook);
    let mut plan = planned(&session, &planner).await?;
    // Of the others nothing was asked.
    if let Some(only) = only {
        plan.stacks.retain(|stack| only.contains(&stack.name));
    }
    let stacks = planner
        .observed(|observed| observed.stacks.clone())
        .unwrap_or_default();
    let report = Report::of(&plan, &stacks);
    let beside = match arguments.definition.folder {
        Some(_) => Some(beside(&session, &arguments.definition, &plan).await?),
        None => None,
    };
    let whole = Whole {
        report: &report,
        beside: beside.as_deref(),
    };
    match arguments.target.format {
        Format::Json => json(&whole)?,
        Format::Text => print(&whole.lines())?,
    }
    // A release is asked about by its image. Protection is not the release's to give, but that of
    // the definition's next pass.
    let released = !arguments.images.images.is_empty() && report.is_as_released();
    Ok(if report.as_defined || released {
        code(beside.as_deref().unwrap_or_default())
    } else {
        exit_code::DIFFERENT
    })
}

/// What else an environment needs to be well. The report tells of the stacks.
async fn beside(
    session: &Session,
    definition: &Definition,
    plan: &Plan,
) -> Result<Vec<Finding>, Error> {
    let (examined, drift) = tokio::join!(
        Examined::of(session, definition),
        last_drift(&session.port, &session.expected.prefix),
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

/// Everything that was looked at.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<&'a [Finding]>,
}

impl Whole<'_> {
    fn lines(&self) -> Vec<Line> {
        let mut lines = self.report.lines(look());
        if let Some(findings) = self.beside {
            lines.push(Line::new());
            lines.extend(report::findings("beside the stacks", findings, look()));
        }
        lines
    }
}
