//! Makes change sets together with a plan, so that they can be reviewed, and exactly these executed.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::mpsc;

use super::event::Event;
use super::hold::hold;
use super::options::Options;
use super::outcome::StepOutcome;
use super::reporter::Reporter;
use super::step::{Draft, Hand, Made, Walk, discard, discard_unused, made_with_plan, make};
use super::stop::Stop;
use super::watch::Board;
use crate::calls::{Calls, Crowd};
use crate::plan::{DeployStep, Finding, Observation, Operation, Plan, StepId};
use cloudformation::{ClientError, CloudFormation, ResourceChange};

/// What came of preparing a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prepared {
    /// Its change set is there, and recorded in the plan.
    Ready {
        /// What it changes.
        changes: Vec<ResourceChange>,
    },
    /// Nothing would change, says CloudFormation.
    Empty,
    /// The change set would do what was not acknowledged. It was deleted; what was found is among
    /// the plan's findings now.
    Blocked {
        /// What was found.
        findings: Vec<Finding>,
    },
    /// It could not be made.
    Failed(StepOutcome),
}

/// Makes the change sets of the steps that can have one now, in parallel, and records them in the
/// plan. Steps that wait for an export of another step get theirs when they are executed.
///
/// What is made stays until the plan is executed or [discarded](discard_prepared).
pub async fn prepare<P: CloudFormation>(
    port: &P,
    plan: &mut Plan,
    options: &Options,
    mut report: impl FnMut(Event),
    stop: Stop,
) -> BTreeMap<StepId, Prepared> {
    let mut done = Vec::new();
    {
        let (sender, mut events) = mpsc::unbounded_channel();
        let calls = Calls::new(port, &options.rate_limits, &options.run, stop.clone());
        let board = Board::default();
        let walk = Walk {
            plan,
            options,
            calls: &calls,
            board: &board,
            reporter: Reporter::new(sender),
        };
        let mut waiting = ready(plan).into_iter();
        let mut crowd = Crowd::new();
        loop {
            while crowd.len() < options.concurrency.max(1)
                && !stop.is_stopped()
                && let Some((index, deploy)) = waiting.next()
                && let Some(step) = plan.steps.get(index)
            {
                let hand = Hand {
                    walk: &walk,
                    step,
                    // Not the number that the step has when it is executed: a name is used once.
                    number: plan.steps.len() + index + 1,
                    before: 0,
                };
                crowd.push(index, one(hand, deploy));
            }
            if crowd.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                Some(event) = events.recv() => report(event),
                made = crowd.next() => done.push(made),
            }
        }
        while let Ok(event) = events.try_recv() {
            report(event);
        }
    }
    done.into_iter()
        .filter_map(|(index, result)| record(plan, index, result))
        .collect()
}

/// The steps whose change set can be made now: the first of their stacks, waiting for no export.
fn ready(plan: &Plan) -> Vec<(usize, &DeployStep)> {
    let deferred: BTreeSet<&str> = plan
        .stacks
        .iter()
        .filter(|stack| !stack.deferred.is_empty())
        .map(|stack| stack.name.as_str())
        .collect();
    let mut met = BTreeSet::new();
    plan.steps
        .iter()
        .enumerate()
        .filter(|(_, step)| met.insert(step.stack.as_str()))
        .filter(|(_, step)| !deferred.contains(step.stack.as_str()))
        .filter_map(|(index, step)| match &step.operation {
            Operation::Deploy(deploy) if deploy.change_set.is_none() => {
                Some((index, deploy.as_ref()))
            }
            _ => None,
        })
        .collect()
}

/// What is recorded in the plan of a change set.
struct Record {
    change_set: String,
    observation: Observation,
}

async fn one<P: CloudFormation>(
    hand: Hand<'_, P>,
    step: &DeployStep,
) -> (Prepared, Option<Record>) {
    let observed = hand.walk.plan.observed.get(&hand.step.stack);
    match try_one(&hand, step, observed).await {
        Ok((prepared, record)) => (prepared, record),
        Err(outcome) => (Prepared::Failed(outcome), None),
    }
}

async fn try_one<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    observed: Option<&Observation>,
) -> Result<(Prepared, Option<Record>), StepOutcome> {
    let before = hand.unmoved(observed).await?;
    hand.go_on()?;
    let (draft, changes) = match make(hand, step, before.as_ref()).await? {
        Made::Empty => return Ok((Prepared::Empty, None)),
        Made::Ready(draft, changes) => (draft, changes),
    };
    let findings = hold(&hand.step.stack, step, &changes);
    if !findings.is_empty() {
        discard(hand, &draft).await;
        return Ok((Prepared::Blocked { findings }, None));
    }
    // Where the change set made the stack, that is what is observed from now on.
    let stack = match before {
        Some(stack) => stack,
        None => match hand.stack(&draft.stack).await {
            Ok(Some(stack)) => stack,
            Ok(None) => return Err(gone(hand, &draft, None).await),
            Err(error) => return Err(gone(hand, &draft, Some(&error)).await),
        },
    };
    let record = Record {
        change_set: draft.id,
        observation: Observation::of(Some(&stack)),
    };
    Ok((Prepared::Ready { changes }, Some(record)))
}

async fn gone<P: CloudFormation>(
    hand: &Hand<'_, P>,
    draft: &Draft,
    error: Option<&ClientError>,
) -> StepOutcome {
    discard(hand, draft).await;
    error.map_or_else(
        || StepOutcome::Stale {
            difference: "it was deleted by somebody else".to_owned(),
        },
        |error| super::failure::of_call("looking at the stack", error, None),
    )
}

fn record(
    plan: &mut Plan,
    index: usize,
    (prepared, record): (Prepared, Option<Record>),
) -> Option<(StepId, Prepared)> {
    let step = plan.steps.get_mut(index)?;
    if let (Some(record), Operation::Deploy(deploy)) = (record, &mut step.operation) {
        deploy.change_set = Some(record.change_set);
        plan.observed.insert(step.stack.clone(), record.observation);
    }
    if let Prepared::Blocked { findings } = &prepared {
        // Blocking ones come first.
        plan.findings.splice(0..0, findings.iter().cloned());
    }
    Some((step.id.clone(), prepared))
}

/// Deletes the change sets that were made with a plan and not executed, and the stacks that are
/// nothing but names for them.
pub async fn discard_prepared<P: CloudFormation>(
    port: &P,
    plan: &Plan,
    options: &Options,
    mut report: impl FnMut(Event),
) {
    let (sender, mut events) = mpsc::unbounded_channel();
    let calls = Calls::new(port, &options.rate_limits, &options.run, Stop::never());
    let board = Board::default();
    let walk = Walk {
        plan,
        options,
        calls: &calls,
        board: &board,
        reporter: Reporter::new(sender),
    };
    take_back(&walk, |_| true).await;
    while let Ok(event) = events.try_recv() {
        report(event);
    }
}

/// Takes the prepared change sets of some steps back.
pub(super) async fn take_back<P: CloudFormation>(
    walk: &Walk<'_, P>,
    which: impl Fn(&StepId) -> bool,
) {
    for (index, step) in walk.plan.steps.iter().enumerate() {
        let Operation::Deploy(deploy) = &step.operation else {
            continue;
        };
        let Some(change_set) = deploy.change_set.as_ref().filter(|_| which(&step.id)) else {
            continue;
        };
        let hand = Hand {
            walk,
            step,
            number: index + 1,
            before: 0,
        };
        let draft = Draft {
            id: change_set.clone(),
            stack: step.stack.clone(),
            made_stack: made_with_plan(&hand),
        };
        discard_unused(&hand, draft).await;
    }
}
