//! The state that the events add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::execute::{Event, StepOutcome};
use crate::plan::{Plan, Step, StepId};
use cloudformation::StackEvent;
use cloudformation::status::{ResourceStatus, StackStatus};
use common::environment::EnvironmentName;

use crate::report::wording::{self, StepVerb, short, step_verb};

/// The state of an execution. Times are given, and relative to its start.
#[derive(Clone, Debug)]
pub struct Progress {
    pub environment: EnvironmentName,
    /// The steps, in the plan's order.
    pub rows: Vec<StepRow>,
    pub detached: bool,
    index: BTreeMap<StepId, usize>,
}

#[derive(Clone, Debug)]
pub struct StepRow {
    pub step: StepId,
    /// Its stack, in short.
    pub stack: String,
    pub verb: StepVerb,
    pub state: RowState,
}

/// Where a step is.
#[derive(Clone, Debug)]
pub enum RowState {
    /// Something that it needs is not done.
    Pending,
    Running(RunningStep),
    Finished {
        took: Duration,
        outcome: StepOutcome,
        changed: usize,
    },
}

#[derive(Clone, Debug)]
pub struct RunningStep {
    pub since: Duration,
    /// What else it says of itself: a status that it waits for.
    pub word: Option<String>,
    /// How many resources its change set changes, once that is known.
    pub resources: Option<usize>,
    pub done: BTreeSet<String>,
    /// The resources that something is going on with, with what and since when.
    pub busy: BTreeMap<String, (ResourceStatus, Duration)>,
}

impl Progress {
    /// Before the first event.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let row = |step: &Step| StepRow {
            step: step.id.clone(),
            stack: short(&step.stack, plan.environment).to_owned(),
            verb: step_verb(step),
            state: RowState::Pending,
        };
        let rows: Vec<StepRow> = plan.steps.iter().map(row).collect();
        let index = rows
            .iter()
            .enumerate()
            .map(|(index, row)| (row.step.clone(), index))
            .collect();
        Self {
            environment: plan.environment,
            rows,
            detached: false,
            index,
        }
    }

    #[must_use]
    pub fn row(&self, step: &StepId) -> Option<&StepRow> {
        self.rows.get(*self.index.get(step)?)
    }

    /// How many steps there are in a state.
    #[must_use]
    pub fn count(&self, belongs: impl Fn(&RowState) -> bool) -> usize {
        self.rows.iter().filter(|row| belongs(&row.state)).count()
    }

    /// Takes an event in.
    pub fn apply(&mut self, at: Duration, event: &Event) {
        match event {
            Event::StepStarted { step, .. } => {
                self.set(step, RowState::Running(RunningStep::since(at)));
            }
            Event::Waiting { step, status, .. } => {
                self.update_running(step, |one| one.word = Some(format!("waiting: {status}")));
            }
            Event::DeadlineExceeded { step, remedy, .. } => {
                self.update_running(step, |one| {
                    one.word = Some(wording::remedy(*remedy).to_owned())
                });
            }
            Event::Retry { step, because, .. } => {
                self.update_running(step, |one| one.word = Some(format!("retrying: {because}")));
            }
            Event::ChangeSet { step, changes } => self.update_running(step, |one| {
                one.resources = Some(changes.len());
                one.word = None;
            }),
            Event::Resource { step, resource } => {
                self.update_running(step, |one| one.record(at, resource));
            }
            Event::StepFinished { step, outcome } => {
                let Some(row) = self.row(step) else { return };
                let (took, changed) = match &row.state {
                    RowState::Running(one) => {
                        let all = one.resources.filter(|_| outcome.is_success());
                        // The stack's end may be seen before the last of its events.
                        let changed = all.unwrap_or(0).max(one.done.len());
                        (at.saturating_sub(one.since), changed)
                    }
                    _ => (Duration::ZERO, 0),
                };
                self.set(
                    step,
                    RowState::Finished {
                        took,
                        outcome: outcome.clone(),
                        changed,
                    },
                );
            }
            Event::Finished { detached, .. } => self.detached = *detached,
            Event::Status { step, status } => self.update_running(step, |one| {
                one.word = word(status).map(str::to_owned);
            }),
            Event::Started { .. } | Event::Finding { .. } | Event::Warning { .. } => {}
        }
    }

    fn set(&mut self, step: &StepId, state: RowState) {
        if let Some(row) = self
            .index
            .get(step)
            .and_then(|index| self.rows.get_mut(*index))
        {
            row.state = state;
        }
    }

    fn update_running(&mut self, step: &StepId, change: impl FnOnce(&mut RunningStep)) {
        if let Some(RowState::Running(one)) = self
            .index
            .get(step)
            .and_then(|index| self.rows.get_mut(*index))
            .map(|row| &mut row.state)
        {
            change(one);
        }
    }
}

impl RunningStep {
    fn since(since: Duration) -> Self {
        Self {
            since,
            word: None,
            resources: None,
            done: BTreeSet::new(),
            busy: BTreeMap::new(),
        }
    }

    fn record(&mut self, at: Duration, resource: &StackEvent) {
        if is_of_the_stack(resource) {
            return;
        }
        let name = &resource.logical_id;
        if resource.status.is_in_progress() {
            self.done.remove(name);
            let since = self.busy.get(name).map_or(at, |(_, since)| *since);
            self.busy
                .insert(name.clone(), (resource.status.clone(), since));
        } else {
            self.busy.remove(name);
            if resource.status.is_complete() {
                self.done.insert(name.clone());
            }
        }
    }
}

/// What a status says that the step's own work does not.
fn word(status: &StackStatus) -> Option<&'static str> {
    match status {
        StackStatus::RollbackInProgress
        | StackStatus::UpdateRollbackInProgress
        | StackStatus::ImportRollbackInProgress => Some("rolling back"),
        StackStatus::UpdateCompleteCleanupInProgress
        | StackStatus::UpdateRollbackCompleteCleanupInProgress => Some("cleaning up"),
        _ => None,
    }
}

/// The stack reports itself as a resource too.
pub(crate) fn is_of_the_stack(event: &StackEvent) -> bool {
    event.resource_type == "AWS::CloudFormation::Stack"
        && event
            .physical_id
            .as_ref()
            .is_some_and(|id| id.contains(&format!("/{}/", event.logical_id)))
}
