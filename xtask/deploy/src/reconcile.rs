//! The loop from a definition to an environment: observe, plan, execute, and again until no stack is
//! left to recover.
//!
//! Every command that changes an environment shares it. What the command is for lies in the planner
//! that it passes; the operator's decision comes from a closure.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Duration;

use tokio::time::sleep;

use crate::calls::READ_ATTEMPTS;
use crate::execute::{Event, Options, Outcome, Stop, acknowledge, execute};
use crate::observe::{Need, Observed, fetch_with, observe_with};
use crate::plan::{Acknowledgement, Operation, Plan, Planned};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, CloudFormation, DeletedStacks};

/// How often the planner's needs are fetched. It takes three rounds.
const MAX_NEED_ROUNDS: u32 = 8;
/// How many recoveries are executed in a row. A stack needs two: waiting for a creation that fails,
/// and deleting what it left. Other deployers may start operations in between.
const MAX_RECOVERIES: u32 = 5;
/// How long to wait before observing again where a listed stack is gone.
const REOBSERVE_DELAY: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug)]
pub struct ReconcileOptions<'a> {
    pub region: &'a str,
    /// What the names of the environment's stacks begin with, including the hyphen.
    pub prefix: &'a str,
    pub acknowledged: &'a BTreeSet<Acknowledgement>,
    pub execution: &'a Options,
}

/// The operator's decision about a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Execute,
    /// Execute it, with this note in the descriptions of its change sets instead of the options'.
    ExecuteWithNote(String),
    Decline,
}

#[derive(Debug)]
pub enum ReconcileOutcome {
    /// The plan has no steps: everything is as defined, or findings block all that is not. No
    /// decision was asked for.
    NoSteps {
        plan: Box<Plan>,
    },
    Declined {
        plan: Box<Plan>,
    },
    /// The plan was executed. It is the last one, or a recovery that did not succeed.
    Executed {
        plan: Box<Plan>,
        outcome: Outcome,
    },
}

impl ReconcileOutcome {
    /// The last plan.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        match self {
            Self::NoSteps { plan } | Self::Declined { plan } | Self::Executed { plan, .. } => plan,
        }
    }

    /// Whether the environment is as asked for.
    #[must_use]
    pub fn is_success(&self) -> bool {
        match self {
            Self::NoSteps { plan } => !plan.is_blocked(),
            Self::Declined { .. } => false,
            Self::Executed { plan, outcome } => !plan.is_blocked() && outcome.is_success(),
        }
    }
}

/// Why reconciling stopped. A stack that fails is no error but an outcome.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError<E: Error + 'static> {
    #[error("the environment can't be observed")]
    Observe(#[source] ClientError),
    #[error(transparent)]
    Plan(E),
    #[error("the plan still needs {} observations after {rounds} rounds", needs.len())]
    Needs { rounds: u32, needs: BTreeSet<Need> },
    /// Stacks still need recovery after `MAX_RECOVERIES`.
    #[error(
        "{} recovery after {rounds} recoveries: {}",
        if stacks.len() == 1 { "a stack still needs" } else { "stacks still need" },
        list(stacks)
    )]
    Recoveries {
        rounds: u32,
        stacks: Vec<(String, Option<StackStatus>)>,
    },
}

fn list(stacks: &[(String, Option<StackStatus>)]) -> String {
    stacks
        .iter()
        .map(|(name, status)| match status {
            Some(status) => format!("`{name}` is {status}"),
            None => format!("`{name}`"),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// Observes, plans, asks for a decision and executes. After a plan that recovers stacks, everything
/// is observed and planned again: what a stuck stack holds is only known then.
///
/// `planner` makes a plan or names what it needs to make one. `decide` is called for every plan that
/// has steps.
///
/// # Errors
///
/// When the environment can't be observed or planned, or stacks need recovery again and again.
pub async fn reconcile<P: CloudFormation + DeletedStacks, E: Error + 'static>(
    port: &P,
    options: ReconcileOptions<'_>,
    planner: impl Fn(&Observed) -> Result<Planned, E>,
    mut report: impl FnMut(Event),
    mut decide: impl FnMut(&Plan) -> Decision,
    stop: Stop,
) -> Result<ReconcileOutcome, ReconcileError<E>> {
    let mut recoveries = 0;
    loop {
        let mut plan = observe_and_plan(port, options, &planner, &mut report).await?;
        if plan.steps.is_empty() {
            return Ok(ReconcileOutcome::NoSteps { plan });
        }
        if plan.is_recovery() && recoveries == MAX_RECOVERIES {
            return Err(ReconcileError::Recoveries {
                rounds: recoveries,
                stacks: recovering_stacks(&plan),
            });
        }
        acknowledge(&mut plan, options.acknowledged);
        let mut execution = options.execution.clone();
        match decide(&plan) {
            Decision::Execute => {}
            Decision::ExecuteWithNote(note) => execution.note = note,
            Decision::Decline => return Ok(ReconcileOutcome::Declined { plan }),
        }
        if recoveries > 0 {
            // Client tokens and change set names are used once.
            execution.run = format!("{}-{recoveries}", execution.run);
        }
        let outcome = execute(port, &plan, &execution, &mut report, stop.clone()).await;
        if !plan.is_recovery() || !outcome.is_success() {
            return Ok(ReconcileOutcome::Executed { plan, outcome });
        }
        recoveries += 1;
    }
}

async fn observe_and_plan<P: CloudFormation + DeletedStacks, E: Error + 'static>(
    port: &P,
    options: ReconcileOptions<'_>,
    planner: &impl Fn(&Observed) -> Result<Planned, E>,
    report: &mut impl FnMut(Event),
) -> Result<Box<Plan>, ReconcileError<E>> {
    let mut observed = observe_with(port, options.region, options.prefix, &mut *report)
        .await
        .map_err(ReconcileError::Observe)?;
    let mut rounds = 0;
    let mut reobserved = 0;
    loop {
        let needs = match planner(&observed).map_err(ReconcileError::Plan)? {
            Planned::Plan(plan) => return Ok(plan),
            Planned::Needs(needs) => needs,
        };
        if rounds == MAX_NEED_ROUNDS {
            return Err(ReconcileError::Needs { rounds, needs });
        }
        match fetch_with(port, &mut observed, &needs, &mut *report).await {
            Ok(()) => rounds += 1,
            // It was deleted since the listing, or does not show yet: reads lag behind writes.
            Err(ClientError::StackNotFound(_)) if reobserved < READ_ATTEMPTS => {
                sleep(REOBSERVE_DELAY).await;
                observed = observe_with(port, options.region, options.prefix, &mut *report)
                    .await
                    .map_err(ReconcileError::Observe)?;
                reobserved += 1;
            }
            Err(error) => return Err(ReconcileError::Observe(error)),
        }
    }
}

fn recovering_stacks(plan: &Plan) -> Vec<(String, Option<StackStatus>)> {
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
