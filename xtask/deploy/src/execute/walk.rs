//! The walk: begins what is ready, as much at once as it may, until nothing is left.

use std::collections::BTreeMap;
use std::pin::pin;

use tokio::sync::mpsc;

use super::event::Event;
use super::graph::Graph;
use super::options::Options;
use super::outcome::{Failure, Outcome, StepOutcome};
use super::prepare;
use super::relied_on;
use super::reporter::Reporter;
use super::step::{Ending, Hand, Walk, run};
use super::stop::Stop;
use super::watch::{Board, Poller};
use crate::calls::{Calls, Crowd};
use crate::plan::{Observation, Plan, StepId};
use cloudformation::CloudFormation;

/// Executes a plan.
///
/// Nothing is decided here: what is done, and in which order, stands in the plan. A step is refused
/// where its stack is not as the plan observed it, and where its change set would do what was not
/// acknowledged. What one step's failure keeps from beginning is skipped; all else goes on.
///
/// `report` is told everything, in the order in which it happens. After a stop no step begins, and
/// the walk ends as soon as the steps in progress have left what they are doing to CloudFormation.
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
    let board = Board::default();
    let poller = Poller::new(&calls, &board, reporter.clone());
    let walk = Walk {
        plan,
        options,
        calls: &calls,
        board: &board,
        reporter: reporter.clone(),
    };
    reporter.send(Event::Started {
        steps: plan.steps.len(),
        concurrency: options.concurrency.max(1),
    });
    let mut progress = Progress::new(&walk);
    progress.refuse_what_moved(relied_on::moved(&walk).await);
    {
        let mut crowd = Crowd::new();
        let mut looking = pin!(poller.run());
        loop {
            while crowd.len() < options.concurrency.max(1)
                && !stop.is_stopped()
                && let Some((index, hand, observed)) = progress.begin()
            {
                crowd.push(index, run(hand, observed));
            }
            if crowd.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                Some(event) = events.recv() => report(event),
                (index, ending) = crowd.next() => progress.end(index, ending),
                () = &mut looking => {}
            }
        }
    }
    progress.take_back().await;
    let outcome = progress.finish();
    while let Ok(event) = events.try_recv() {
        report(event);
    }
    outcome
}

/// How far the walk is.
struct Progress<'a, P> {
    walk: &'a Walk<'a, P>,
    graph: Graph,
    /// What is to be observed of each stack now: what the plan observed, and then what the steps
    /// made of it.
    observed: BTreeMap<String, Observation>,
    outcomes: BTreeMap<StepId, StepOutcome>,
}

impl<'a, P: CloudFormation> Progress<'a, P> {
    fn new(walk: &'a Walk<'a, P>) -> Self {
        let mut progress = Self {
            walk,
            graph: Graph::new(&walk.plan.steps),
            observed: walk.plan.observed.clone(),
            outcomes: BTreeMap::new(),
        };
        for (index, need) in progress.graph.disordered().to_vec() {
            let failure = Failure::saying(format!(
                "the plan is out of order: `{need}` does not come before this step"
            ));
            progress.conclude(index, StepOutcome::Failed(Box::new(failure)));
        }
        progress
    }

    /// Refuses every step where a stack has moved that the plan relies on without a step of its own.
    fn refuse_what_moved(&mut self, refused: Option<StepOutcome>) {
        let Some(outcome) = refused else { return };
        for index in self.graph.abandon() {
            if let Some(step) = self.walk.plan.steps.get(index) {
                self.record(step.id.clone(), outcome.clone());
            }
        }
    }

    /// The next step that may begin.
    fn begin(&mut self) -> Option<(usize, Hand<'a, P>, Option<Observation>)> {
        let index = self.graph.begin()?;
        let step = self.walk.plan.steps.get(index)?;
        self.walk.reporter.send(Event::StepStarted {
            step: step.id.clone(),
            stack: step.stack.clone(),
        });
        let hand = Hand {
            walk: self.walk,
            step,
            number: index + 1,
            before: 0,
        };
        Some((index, hand, self.observed.get(&step.stack).cloned()))
    }

    /// A step has ended.
    fn end(&mut self, index: usize, ending: Ending) {
        if let (Some(step), Some(observation)) =
            (self.walk.plan.steps.get(index), ending.observation)
        {
            self.observed.insert(step.stack.clone(), observation);
        }
        self.conclude(index, ending.outcome);
    }

    fn conclude(&mut self, index: usize, outcome: StepOutcome) {
        let Some(step) = self.walk.plan.steps.get(index) else {
            return;
        };
        let skipped = match &outcome {
            outcome if outcome.is_success() => {
                self.graph.succeeded(index);
                Vec::new()
            }
            // Nothing begins after a stop, so nothing has to be skipped.
            StepOutcome::Detached => Vec::new(),
            // Whatever is asked with these credentials is refused.
            StepOutcome::Failed(failure) if failure.credentials => {
                let mut skipped = self.graph.failed(index);
                skipped.extend(self.graph.abandon());
                skipped
            }
            _ => self.graph.failed(index),
        };
        self.record(step.id.clone(), outcome);
        for index in skipped {
            if let Some(later) = self.walk.plan.steps.get(index) {
                let because = step.id.clone();
                self.record(later.id.clone(), StepOutcome::Skipped { because });
            }
        }
    }

    fn record(&mut self, step: StepId, outcome: StepOutcome) {
        self.walk.reporter.send(Event::StepFinished {
            step: step.clone(),
            outcome: outcome.clone(),
        });
        self.outcomes.insert(step, outcome);
    }

    /// Takes back what was made with the plan for steps that did not come to it: the plan can't be
    /// executed once more.
    async fn take_back(&self) {
        let lost_credentials = self
            .outcomes
            .values()
            .any(|outcome| matches!(outcome, StepOutcome::Failed(failure) if failure.credentials));
        if lost_credentials || self.walk.calls.stop().is_stopped() {
            return;
        }
        let unused = |step: &StepId| {
            self.outcomes
                .get(step)
                .is_some_and(|outcome| !outcome.is_success())
        };
        prepare::take_back(self.walk, unused).await;
    }

    fn finish(self) -> Outcome {
        let count = |which: fn(&StepOutcome) -> bool| {
            self.outcomes
                .values()
                .filter(|outcome| which(outcome))
                .count()
        };
        let detached = self.outcomes.len() < self.walk.plan.steps.len()
            || count(|outcome| matches!(outcome, StepOutcome::Detached)) > 0;
        self.walk.reporter.send(Event::Finished {
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
