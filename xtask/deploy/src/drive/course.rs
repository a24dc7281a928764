//! The loop.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Duration;

use tokio::time::sleep;

use super::driven::{Decision, DriveError, Driven};
use crate::calls::LOOKS;
use crate::execute::{Event, Options, Stop, acknowledge, execute};
use crate::observe::{Observed, observe_telling, satisfy_telling};
use crate::plan::{Acknowledgement, Operation, Plan, Planned};
use cloudformation::{ClientError, CloudFormation, Remains};

/// How often a planner is given what it asks for. It needs three rounds.
const NEEDS: u32 = 8;
/// How many recoveries are executed in a row. A stack needs two: waiting for the end of a creation
/// that fails, and deleting what it left. Others may begin something again meanwhile.
const RECOVERIES: u32 = 5;
/// After how long everything is observed again where a stack is gone that was listed.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// Where a drive goes, and how.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    /// The region.
    pub region: &'a str,
    /// What the names of the environment's stacks begin with, with the hyphen.
    pub prefix: &'a str,
    /// What was acknowledged.
    pub acknowledged: &'a BTreeSet<Acknowledgement>,
    /// How to execute.
    pub options: &'a Options,
}

/// Observes, plans, asks and executes. A plan that recovers is executed, and then everything is
/// observed and planned again, since what a stuck stack holds is known only afterwards.
///
/// `planner` makes a plan, or says what it needs to. `decide` is shown every plan that has steps.
///
/// # Errors
///
/// When the environment can't be observed or planned, or recovering does not come to an end.
pub async fn drive<P: CloudFormation + Remains, E: Error + 'static>(
    port: &P,
    course: Course<'_>,
    planner: impl Fn(&Observed) -> Result<Planned, E>,
    mut report: impl FnMut(Event),
    mut decide: impl FnMut(&Plan) -> Decision,
    stop: Stop,
) -> Result<Driven, DriveError<E>> {
    let mut recoveries = 0;
    loop {
        let mut plan = make_plan(port, course, &planner, &mut report).await?;
        if plan.steps.is_empty() {
            return Ok(Driven::Nothing { plan });
        }
        if plan.is_recovery() && recoveries == RECOVERIES {
            return Err(DriveError::Recoveries {
                rounds: recoveries,
                stacks: recovering(&plan),
            });
        }
        acknowledge(&mut plan, course.acknowledged);
        let mut options = course.options.clone();
        match decide(&plan) {
            Decision::GoOn => {}
            Decision::GoOnNoting(note) => options.note = note,
            Decision::Leave => return Ok(Driven::Left { plan }),
        }
        if recoveries > 0 {
            // Tokens and names are used once.
            options.run = format!("{}-{recoveries}", options.run);
        }
        let outcome = execute(port, &plan, &options, &mut report, stop.clone()).await;
        if !plan.is_recovery() || !outcome.is_success() {
            return Ok(Driven::Executed { plan, outcome });
        }
        recoveries += 1;
    }
}

/// Observes what the planner needs, and plans.
async fn make_plan<P: CloudFormation + Remains, E: Error + 'static>(
    port: &P,
    course: Course<'_>,
    planner: &impl Fn(&Observed) -> Result<Planned, E>,
    report: &mut impl FnMut(Event),
) -> Result<Box<Plan>, DriveError<E>> {
    let mut observed = observe_telling(port, course.region, course.prefix, &mut *report)
        .await
        .map_err(DriveError::Observe)?;
    let mut rounds = 0;
    let mut gone = 0;
    loop {
        let needs = match planner(&observed).map_err(DriveError::Plan)? {
            Planned::Plan(plan) => return Ok(plan),
            Planned::Needs(needs) => needs,
        };
        if rounds == NEEDS {
            return Err(DriveError::Needs { rounds, needs });
        }
        match satisfy_telling(port, &mut observed, &needs, &mut *report).await {
            Ok(()) => rounds += 1,
            // It was deleted since it was listed, or is not seen yet: reads lag behind writes.
            Err(ClientError::StackNotFound(_)) if gone < LOOKS => {
                sleep(LOOK_AGAIN).await;
                observed = observe_telling(port, course.region, course.prefix, &mut *report)
                    .await
                    .map_err(DriveError::Observe)?;
                gone += 1;
            }
            Err(error) => return Err(DriveError::Observe(error)),
        }
    }
}

/// The stacks that a plan recovers.
fn recovering(plan: &Plan) -> Vec<(String, Option<cloudformation::status::StackStatus>)> {
    plan.steps
        .iter()
        .filter(|step| matches!(step.operation, Operation::Recover(_)))
        .map(|step| {
            let status = plan
                .observed
                .get(&step.stack)
                .and_then(|observation| observation.status.clone());
            (step.stack.clone(), status)
        })
        .collect()
}
