//! The executor: starts steps as they become ready, until none is left.

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;

use super::context::{ExecutionContext, StepContext};
use super::event::{Event, Reporter};
use super::graph::Graph;
use super::options::Options;
use super::outcome::{Failure, Outcome, StepOutcome};
use super::poller::Poller;
use super::prepare;
use super::staleness;
use super::steps::{FinishedStep, run};
use super::watch_registry::WatchRegistry;
use crate::calls::{Calls, Stop};
use crate::plan::{Observation, Plan, StepId};
use cloudformation::{CloudFormation, StackName};

/// Executes a plan.
///
/// The plan says what is done and in which order. A step ends as [`StepOutcome::Stale`] where its
/// stack is not as the plan observed it, and as [`StepOutcome::Blocked`] where its change set contains
/// unacknowledged changes. Steps that need a failed one are skipped; all others run.
///
/// `report` receives every event in order. After a stop no step starts, and the execution ends as soon
/// as the running steps have detached from their operations.
pub async fn execute<P: CloudFormation>(
    port: &P,
    plan: &Plan,
    options: &Options,
    mut report: impl FnMut(Event),
    stop: Stop,
) -> Outcome {
    let (sender, mut events) = mpsc::unbounded_channel();
    let reporter = Reporter::new(sender);
    let calls = Calls::new(port, &options.rate_limits, &options.run, stop.clone());
    let registry = WatchRegistry::default();
    let poller = Poller::new(&calls, &registry, reporter.clone());
    let execution = ExecutionContext {
        plan,
        options,
        calls: &calls,
        registry: &registry,
        reporter: reporter.clone(),
    };
    reporter.send(Event::Started {
        steps: plan.steps.len(),
        concurrency: options.concurrency.max(1),
    });
    let mut progress = Progress::new(&execution);
    progress.refuse_if_stale(staleness::check_dependencies(&execution).await);
    {
        let mut running = FuturesUnordered::new();
        let mut polling = pin!(poller.run());
        loop {
            while running.len() < options.concurrency.max(1)
                && !stop.is_stopped()
                && let Some((index, context, observed)) = progress.start()
            {
                running.push(async move { (index, run(context, observed).await) });
            }
            if running.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                Some(event) = events.recv() => report(event),
                Some((index, finished)) = running.next() => progress.finish_step(index, finished),
                () = &mut polling => {}
            }
        }
    }
    progress.discard_unused().await;
    let outcome = progress.finish();
    while let Ok(event) = events.try_recv() {
        report(event);
    }
    outcome
}

struct Progress<'a, P> {
    execution: &'a ExecutionContext<'a, P>,
    graph: Graph,
    /// The expected state of each stack: as the plan observed it, then as its last step left it.
    observed: BTreeMap<StackName, Observation>,
    outcomes: BTreeMap<StepId, StepOutcome>,
}

impl<'a, P: CloudFormation> Progress<'a, P> {
    fn new(execution: &'a ExecutionContext<'a, P>) -> Self {
        let mut progress = Self {
            execution,
            graph: Graph::new(&execution.plan.steps),
            observed: execution.plan.observed.clone(),
            outcomes: BTreeMap::new(),
        };
        for (index, need) in progress.graph.misordered().to_vec() {
            let failure = Failure::new(format!(
                "the plan is out of order: `{need}` does not come before this step"
            ));
            progress.conclude(index, StepOutcome::Failed(Box::new(failure)));
        }
        progress
    }

    /// Refuses every step where a stack that the plan depends on, without a step of its own, has
    /// changed.
    fn refuse_if_stale(&mut self, refused: Option<StepOutcome>) {
        let Some(outcome) = refused else { return };
        for index in self.graph.abandon() {
            if let Some(step) = self.execution.plan.steps.get(index) {
                self.record(step.id.clone(), outcome.clone());
            }
        }
    }

    fn start(&mut self) -> Option<(usize, StepContext<'a, P>, Option<Observation>)> {
        let index = self.graph.start()?;
        let step = self.execution.plan.steps.get(index)?;
        self.execution.reporter.send(Event::StepStarted {
            step: step.id.clone(),
            stack: step.stack.clone(),
        });
        let context = StepContext {
            execution: self.execution,
            step,
            number: index + 1,
            retries: 0,
        };
        Some((index, context, self.observed.get(&step.stack).cloned()))
    }

    fn finish_step(&mut self, index: usize, finished: FinishedStep) {
        if let (Some(step), Some(observation)) =
            (self.execution.plan.steps.get(index), finished.observation)
        {
            self.observed.insert(step.stack.clone(), observation);
        }
        self.conclude(index, finished.outcome);
    }

    fn conclude(&mut self, index: usize, outcome: StepOutcome) {
        let Some(step) = self.execution.plan.steps.get(index) else {
            return;
        };
        let skipped = match &outcome {
            outcome if outcome.is_success() => {
                self.graph.succeeded(index);
                Vec::new()
            }
            // No step starts after a stop, so none has to be skipped.
            StepOutcome::Detached => Vec::new(),
            // Every further call would be rejected.
            StepOutcome::Failed(failure) if failure.credentials => {
                let mut skipped = self.graph.failed(index);
                skipped.extend(self.graph.abandon());
                skipped
            }
            _ => self.graph.failed(index),
        };
        self.record(step.id.clone(), outcome);
        for index in skipped {
            if let Some(later) = self.execution.plan.steps.get(index) {
                let because = step.id.clone();
                self.record(later.id.clone(), StepOutcome::Skipped { because });
            }
        }
    }

    fn record(&mut self, step: StepId, outcome: StepOutcome) {
        self.execution.reporter.send(Event::StepFinished {
            step: step.clone(),
            outcome: outcome.clone(),
        });
        self.outcomes.insert(step, outcome);
    }

    /// Discards the prepared change sets of steps that did not execute them: the plan can't be
    /// executed again.
    async fn discard_unused(&self) {
        let lost_credentials = self
            .outcomes
            .values()
            .any(|outcome| matches!(outcome, StepOutcome::Failed(failure) if failure.credentials));
        if lost_credentials || self.execution.calls.stop().is_stopped() {
            return;
        }
        let unused = |step: &StepId| {
            self.outcomes
                .get(step)
                .is_some_and(|outcome| !outcome.is_success())
        };
        prepare::discard_change_sets(self.execution, unused).await;
    }

    fn finish(self) -> Outcome {
        let count = |which: fn(&StepOutcome) -> bool| {
            self.outcomes
                .values()
                .filter(|outcome| which(outcome))
                .count()
        };
        let detached = self.outcomes.len() < self.execution.plan.steps.len()
            || count(|outcome| matches!(outcome, StepOutcome::Detached)) > 0;
        self.execution.reporter.send(Event::Finished {
            done: count(StepOutcome::is_success),
            failed: count(|outcome| {
                matches!(
                    outcome,
                    StepOutcome::Failed(_)
                        | StepOutcome::Blocked { .. }
                        | StepOutcome::Stale { .. }
                )
            }),
            skipped: count(|outcome| matches!(outcome, StepOutcome::Skipped { .. })),
            detached,
        });
        Outcome {
            steps: self.outcomes,
            detached,
        }
    }
}
