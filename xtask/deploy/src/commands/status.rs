//! `status`: whether what is deployed is what is defined.

use deploy_arguments::{Format, Status, exit_code};
use deploy_render::status::Report;

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
    match arguments.target.format {
        Format::Json => json(&report)?,
        Format::Text => print(&report.lines(look()))?,
    }
    Ok(if report.as_defined {
        exit_code::SUCCESS
    } else {
        exit_code::DIFFERENT
    })
}
