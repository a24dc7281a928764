//! Change sets that are created with a plan, so that exactly the reviewed ones are executed.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use futures_util::{StreamExt, future, stream};
use tokio::sync::mpsc;

use super::check_change_set::check_change_set;
use super::context::{ExecutionContext, StepContext, StepResult};
use super::event::{Event, Reporter};
use super::failure;
use super::options::Options;
use super::outcome::{Outcome, StepOutcome};
use super::steps::{ChangeSetResult, PendingChangeSet, create_change_set, discard, discard_unused};
use super::watch_registry::WatchRegistry;
use crate::calls::{Calls, Stop};
use crate::plan::{DeployStep, Finding, Observation, Operation, Plan, StepId};
use cloudformation::{ChangeSetId, CloudFormation, ResourceChange, StackName};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prepared {
    /// The change set was created, and is recorded in the plan.
    Ready {
        changes: Vec<ResourceChange>,
        /// What CloudFormation warns of, as notes, which were added to the plan's findings.
        warnings: Vec<Finding>,
    },
    /// The change set was empty.
    Empty,
    /// The change set contains unacknowledged changes. It was deleted, and the findings were added to
    /// the plan's.
    Blocked { findings: Vec<Finding> },
    /// The change set could not be created.
    Failed(StepOutcome),
}

/// The change sets that could not be created, as an outcome.
#[must_use]
pub fn failed(prepared: &BTreeMap<StepId, Prepared>) -> Outcome {
    let failed = prepared.iter().filter_map(|(step, one)| match one {
        Prepared::Failed(outcome) => Some((step.clone(), outcome.clone())),
        Prepared::Ready { .. } | Prepared::Empty | Prepared::Blocked { .. } => None,
    });
    Outcome {
        steps: failed.collect(),
        detached: false,
    }
}

/// The changes of each stack's change set.
#[must_use]
pub fn resource_changes(
    plan: &Plan,
    prepared: BTreeMap<StepId, Prepared>,
) -> BTreeMap<StackName, Vec<ResourceChange>> {
    prepared
        .into_iter()
        .filter_map(|(id, one)| {
            let step = plan.steps.iter().find(|step| step.id == id)?;
            let changes = match one {
                Prepared::Ready { changes, .. } => changes,
                Prepared::Empty => Vec::new(),
                Prepared::Blocked { .. } | Prepared::Failed(_) => return None,
            };
            Some((step.stack.clone(), changes))
        })
        .collect()
}

/// Creates the change sets of the steps that can have one now, in parallel, and records them in the
/// plan. Steps that wait for an export of another step get theirs during the execution.
///
/// The change sets stay until the plan is executed or [discarded](discard_prepared).
pub async fn prepare<P: CloudFormation>(
    port: &P,
    plan: &mut Plan,
    options: &Options,
    mut report: impl FnMut(Event),
    stop: Stop,
) -> BTreeMap<StepId, Prepared> {
    let mut results = Vec::new();
    {
        let (sender, mut events) = mpsc::unbounded_channel();
        let calls = Calls::new(port, &options.rate_limits, &options.run, stop.clone());
        let registry = WatchRegistry::default();
        let execution = ExecutionContext {
            plan,
            options,
            calls: &calls,
            registry: &registry,
            reporter: Reporter::new(sender),
        };
        let mut preparing = pin!(
            stream::iter(preparable(plan))
                .take_while(|_| future::ready(!stop.is_stopped()))
                .map(|(index, deploy)| prepare_step(&execution, index, deploy))
                .buffer_unordered(options.concurrency.max(1))
        );
        loop {
            tokio::select! {
                biased;
                Some(event) = events.recv() => report(event),
                result = preparing.next() => match result {
                    Some(result) => results.push(result),
                    None => break,
                },
            }
        }
        while let Ok(event) = events.try_recv() {
            report(event);
        }
    }
    results
        .into_iter()
        .filter_map(|(index, result)| record(plan, index, result))
        .collect()
}

/// The steps whose change set can be created now: the first of their stacks, waiting for no export.
fn preparable(plan: &Plan) -> Vec<(usize, &DeployStep)> {
    let deferred: BTreeSet<&StackName> = plan
        .stacks
        .iter()
        .filter(|stack| !stack.deferred.is_empty())
        .map(|stack| &stack.name)
        .collect();
    let mut met = BTreeSet::new();
    plan.steps
        .iter()
        .enumerate()
        .filter(|(_, step)| met.insert(&step.stack))
        .filter(|(_, step)| !deferred.contains(&step.stack))
        .filter_map(|(index, step)| match &step.operation {
            Operation::Deploy(deploy) if deploy.change_set.is_none() => {
                Some((index, deploy.as_ref()))
            }
            _ => None,
        })
        .collect()
}

/// What the plan records of a change set.
struct Record {
    change_set: ChangeSetId,
    observation: Observation,
}

async fn prepare_step<P: CloudFormation>(
    execution: &ExecutionContext<'_, P>,
    index: usize,
    deploy: &DeployStep,
) -> (usize, StepResult<(Prepared, Option<Record>)>) {
    let plan = execution.plan;
    let Some(step) = plan.steps.get(index) else {
        return (index, Ok((Prepared::Empty, None)));
    };
    let context = StepContext {
        execution,
        step,
        // Not the number that the step has in the execution: a change set's name is used once.
        number: plan.steps.len() + index + 1,
        retries: 0,
    };
    (index, try_prepare(&context, deploy).await)
}

async fn try_prepare<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
) -> StepResult<(Prepared, Option<Record>)> {
    let observed = context.execution.plan.observed.get(&context.step.stack);
    let before = context.ensure_unchanged(observed).await?;
    context.check_cancelled()?;
    let ready = match create_change_set(context, step, before.as_ref()).await? {
        ChangeSetResult::Empty => return Ok((Prepared::Empty, None)),
        ChangeSetResult::Ready(ready) => ready,
    };
    let mut findings = check_change_set(&context.step.stack, step, &ready.changes);
    if !findings.is_empty() {
        discard(context, &ready.pending).await;
        findings.extend(ready.warnings);
        return Ok((Prepared::Blocked { findings }, None));
    }
    // A stack that the change set created is observed from now on.
    let stack = match before {
        Some(stack) => Ok(Some(stack)),
        None => context.stack(&ready.stack).await,
    };
    let outcome = match stack {
        Ok(Some(stack)) => {
            let record = Record {
                change_set: ready.pending.id,
                observation: Observation::of(Some(&stack)),
            };
            let prepared = Prepared::Ready {
                changes: ready.changes,
                warnings: ready.warnings,
            };
            return Ok((prepared, Some(record)));
        }
        Ok(None) => StepOutcome::stale("another caller deleted it"),
        Err(error) => failure::call_failed("reading the stack", &error, None),
    };
    discard(context, &ready.pending).await;
    Err(outcome)
}

fn record(
    plan: &mut Plan,
    index: usize,
    result: StepResult<(Prepared, Option<Record>)>,
) -> Option<(StepId, Prepared)> {
    let (prepared, record) = result.unwrap_or_else(|outcome| (Prepared::Failed(outcome), None));
    let step = plan.steps.get_mut(index)?;
    if let (Some(record), Operation::Deploy(deploy)) = (record, &mut step.operation) {
        deploy.change_set = Some(record.change_set);
        plan.observed.insert(step.stack.clone(), record.observation);
    }
    if let Prepared::Ready { warnings, .. } = &prepared {
        plan.findings.extend(warnings.iter().cloned());
    }
    if let Prepared::Blocked { findings } = &prepared {
        // Blocking findings come first.
        plan.findings.splice(0..0, findings.iter().cloned());
    }
    Some((step.id.clone(), prepared))
}

/// Deletes the change sets that were created with a plan and not executed, and the stacks that were
/// created with them and hold nothing.
pub async fn discard_prepared<P: CloudFormation>(
    port: &P,
    plan: &Plan,
    options: &Options,
    mut report: impl FnMut(Event),
) {
    let (sender, mut events) = mpsc::unbounded_channel();
    let calls = Calls::new(port, &options.rate_limits, &options.run, Stop::never());
    let registry = WatchRegistry::default();
    let execution = ExecutionContext {
        plan,
        options,
        calls: &calls,
        registry: &registry,
        reporter: Reporter::new(sender),
    };
    discard_change_sets(&execution, |_| true).await;
    while let Ok(event) = events.try_recv() {
        report(event);
    }
}

/// Deletes the prepared change sets of some steps.
pub(super) async fn discard_change_sets<P: CloudFormation>(
    execution: &ExecutionContext<'_, P>,
    which: impl Fn(&StepId) -> bool,
) {
    for (index, step) in execution.plan.steps.iter().enumerate() {
        let Operation::Deploy(deploy) = &step.operation else {
            continue;
        };
        let Some(change_set) = deploy.change_set.as_ref().filter(|_| which(&step.id)) else {
            continue;
        };
        let context = StepContext {
            execution,
            step,
            number: index + 1,
            retries: 0,
        };
        let pending = PendingChangeSet::prepared(&context, change_set, &step.stack);
        discard_unused(&context, pending).await;
    }
}
