//! What people ask for: the loop with the planner that it takes.

use std::collections::BTreeSet;

use common::assembly::Assembly;
use common::naming::Names;

use super::course::{Course, drive};
use super::driven::{Decision, DriveError, Driven};
use crate::execute::{Event, Options, Stop};
use crate::observe::Observed;
use crate::plan::{Acknowledgement, Plan, PlanError, Planned, Request, plan, plan_destruction};
use cloudformation::{CloudFormation, Remains};

/// Brings the environment to its definition.
///
/// # Errors
///
/// See [`drive`].
pub async fn deploy<P: CloudFormation + Remains>(
    port: &P,
    assembly: &Assembly,
    request: &Request,
    options: &Options,
    report: impl FnMut(Event),
    decide: impl FnMut(&Plan) -> Decision,
    stop: Stop,
) -> Result<Driven, DriveError<PlanError>> {
    let planner = |observed: &Observed| plan(assembly, observed, request);
    go(
        port, assembly, request, options, planner, report, decide, stop,
    )
    .await
}

/// Recovers what is stuck, and leaves it there: the plan for the rest is made and not executed
/// ([`Driven::Left`], or [`Driven::Nothing`]).
///
/// # Errors
///
/// See [`drive`].
pub async fn recover<P: CloudFormation + Remains>(
    port: &P,
    assembly: &Assembly,
    request: &Request,
    options: &Options,
    report: impl FnMut(Event),
    mut decide: impl FnMut(&Plan) -> Decision,
    stop: Stop,
) -> Result<Driven, DriveError<PlanError>> {
    let planner = |observed: &Observed| plan(assembly, observed, request);
    let decide = |plan: &Plan| {
        if plan.is_recovery() {
            decide(plan)
        } else {
            Decision::Leave
        }
    };
    go(
        port, assembly, request, options, planner, report, decide, stop,
    )
    .await
}

/// Deletes the environment's stacks.
///
/// # Errors
///
/// See [`drive`].
pub async fn destroy<P: CloudFormation + Remains>(
    port: &P,
    assembly: &Assembly,
    request: &Request,
    options: &Options,
    report: impl FnMut(Event),
    decide: impl FnMut(&Plan) -> Decision,
    stop: Stop,
) -> Result<Driven, DriveError<PlanError>> {
    let planner = |observed: &Observed| plan_destruction(assembly, observed, request);
    go(
        port, assembly, request, options, planner, report, decide, stop,
    )
    .await
}

#[expect(
    clippy::too_many_arguments,
    reason = "what the three above are given, and the planner"
)]
async fn go<P: CloudFormation + Remains>(
    port: &P,
    assembly: &Assembly,
    request: &Request,
    options: &Options,
    planner: impl Fn(&Observed) -> Result<Planned, PlanError>,
    report: impl FnMut(Event),
    decide: impl FnMut(&Plan) -> Decision,
    stop: Stop,
) -> Result<Driven, DriveError<PlanError>> {
    let prefix = format!("{}-", Names::new(assembly.environment).prefix());
    let acknowledged: &BTreeSet<Acknowledgement> = &request.acknowledged;
    let course = Course {
        region: &assembly.region,
        prefix: &prefix,
        acknowledged,
        options,
    };
    drive(port, course, planner, report, decide, stop).await
}
