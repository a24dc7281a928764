//! What operations work with, and what happens when something is due.

use super::model::Stack;
use super::operation::{Entry, Operation, OperationKind, Phase, Touched};
use super::tasks::{Job, State};
use crate::Options;
use crate::api::{Caller, Time};
use crate::durations::{Work, jittered, of};
use crate::exports::Exports;
use crate::faults::{Fate, Faults, On, Subject};
use crate::queue::{Due, Queue, What};
use crate::random::Random;
use crate::world::World;
use cloudformation::status::{ResourceStatus, StackStatus};

/// What operations of a place work with.
pub(crate) struct Engine<'a> {
    pub(crate) options: &'a Options,
    pub(crate) caller: &'a Caller,
    pub(crate) place: usize,
    pub(crate) exports: &'a mut Exports,
    pub(crate) world: &'a mut World,
    pub(crate) queue: &'a mut Queue,
    pub(crate) faults: &'a mut Faults,
    pub(crate) now: Time,
}

impl Engine<'_> {
    /// Accepts an operation: the stack turns at once, the work begins a little later.
    pub(crate) fn accept(
        &mut self,
        stack: &mut Stack,
        mut operation: Operation,
        status: StackStatus,
    ) {
        stack.turn(
            self.now,
            status,
            Some("User Initiated".to_owned()),
            operation.token.clone(),
        );
        operation.phase = Phase::Accepted;
        operation.phase_number = self.queue.number();
        let wait = self.wait(stack, "accepted", 1500);
        self.plan(stack, wait, What::Begin(operation.phase_number));
        stack.operation = Some(Box::new(operation));
    }

    /// Something is due.
    pub(crate) fn happen(&mut self, stack: &mut Stack, what: &What) {
        let Some(mut operation) = stack.operation.take() else {
            return;
        };
        let current = operation.phase_number;
        match *what {
            What::Begin(phase) if phase == current => self.begin(stack, &mut operation),
            What::Initiated(phase, index) if phase == current => {
                self.initiated(stack, &mut operation, index);
            }
            What::Finished(phase, index) if phase == current => {
                self.finished(stack, &mut operation, index);
            }
            What::GaveUp(phase, index) if phase == current => {
                self.gave_up(stack, &mut operation, index);
            }
            What::PhaseEnds(phase) if phase == current => self.drive(stack, &mut operation),
            _ => {}
        }
        if !operation.ended {
            stack.operation = Some(operation);
        }
    }

    fn begin(&mut self, stack: &mut Stack, operation: &mut Operation) {
        match operation.entry {
            Entry::Forward => self.begin_forward(stack, operation),
            Entry::Back => self.begin_rollback(stack, operation),
            Entry::Delete => self.begin_delete(stack, operation),
        }
    }

    /// A phase begins: its tasks begin a little later, or at once where there are none.
    pub(super) fn enter(&mut self, stack: &mut Stack, operation: &mut Operation, phase: Phase) {
        operation.phase = phase;
        operation.phase_number = self.queue.number();
        let wait = self.wait(stack, "phase", 1000);
        self.plan(stack, wait, What::PhaseEnds(operation.phase_number));
    }

    /// Starts what can begin, and ends the phase when there is nothing more.
    pub(super) fn drive(&mut self, stack: &mut Stack, operation: &mut Operation) {
        let phase = operation.phase_number;
        while let Some(index) = operation.tasks.next_ready() {
            self.start(stack, operation, index);
            if operation.ended || operation.phase_number != phase {
                return;
            }
        }
        if operation.tasks.is_idle() {
            self.phase_done(stack, operation);
        }
    }

    fn start(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        match &task.job {
            Job::Bring => self.bring(stack, operation, index),
            Job::Revert => self.revert(stack, operation, index),
            Job::Leave(leaving) => {
                let leaving = leaving.clone();
                self.leave(stack, operation, index, leaving);
            }
        }
    }

    fn finished(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        if !matches!(task.state, State::Running(_)) {
            return;
        }
        match &task.job {
            Job::Bring => self.brought(stack, operation, index),
            Job::Revert => self.reverted(stack, operation, index),
            Job::Leave(leaving) => {
                let leaving = leaving.clone();
                self.left(stack, operation, index, &leaving);
            }
        }
        if !operation.ended {
            self.drive(stack, operation);
        }
    }

    fn phase_done(&mut self, stack: &mut Stack, operation: &mut Operation) {
        match operation.phase {
            Phase::Accepted => {}
            Phase::Forward => self.forward_done(stack, operation),
            Phase::Cleanup => self.cleanup_done(stack, operation),
            Phase::CreateRollback => self.create_rollback_done(stack, operation),
            Phase::UpdateRollback => self.update_rollback_done(stack, operation),
            Phase::RollbackCleanup => self.rollback_cleanup_done(stack, operation),
            Phase::Delete => self.delete_done(stack, operation),
        }
    }

    /// The operation is over.
    pub(super) fn end(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        status: StackStatus,
        reason: Option<String>,
    ) {
        stack.turn(self.now, status, reason, operation.token.clone());
        operation.ended = true;
    }

    /// The operation stops here, and may go on later: by a rollback, or another update.
    pub(super) fn interrupt(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        status: StackStatus,
        reason: Option<String>,
    ) {
        self.end(stack, operation, status, reason);
        let mut rest = operation.clone();
        rest.ended = false;
        stack.unfinished = Some(Box::new(rest));
    }

    pub(crate) fn plan(&mut self, stack: &Stack, wait: u64, what: What) {
        self.queue.plan(
            Time(self.now.0 + wait),
            Due {
                place: self.place,
                stack: stack.number,
                what,
            },
        );
    }

    /// Choices for something in a stack, at this point of its history.
    pub(super) fn random(&self, stack: &Stack, what: &str) -> Random {
        Random::new(self.options.seed)
            .of(&stack.id)
            .of(what)
            .number(stack.events.len() as u64)
    }

    /// So many milliseconds, more or less.
    pub(crate) fn wait(&self, stack: &Stack, what: &str, milliseconds: u64) -> u64 {
        jittered(
            milliseconds,
            self.options.durations,
            self.random(stack, what),
        )
    }

    /// How long work on a resource takes.
    pub(super) fn duration(&self, stack: &Stack, logical_id: &str, kind: &str, work: Work) -> u64 {
        of(
            kind,
            work,
            self.options.durations,
            self.random(stack, logical_id),
        )
    }

    /// What goes wrong with a resource.
    pub(super) fn fate(&mut self, stack: &Stack, logical_id: &str, kind: &str, on: On) -> Fate {
        let random = self.random(stack, logical_id).of("fate");
        self.faults.strike(
            &Subject {
                stack: &stack.name,
                logical_id,
                kind,
                on,
            },
            self.options.trouble,
            random,
        )
    }

    /// A task fails; the history says why.
    pub(super) fn fail(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        index: usize,
        status: ResourceStatus,
        reason: String,
    ) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let logical_id = task.logical_id.clone();
        match status {
            ResourceStatus::CreateFailed | ResourceStatus::ImportFailed => {
                operation.failed_to_create.insert(logical_id.clone());
            }
            ResourceStatus::DeleteFailed => {
                operation.failed_to_delete.insert(logical_id.clone());
            }
            _ => {
                operation.failed_to_update.insert(logical_id.clone());
                remember(stack, operation, &logical_id);
            }
        }
        operation.tasks.failed(index);
        stack.turn_resource(self.now, &logical_id, status, Some(reason), operation);
    }

    /// Whether the operation brings resources in, rather than changing what is there.
    pub(super) const fn is_import(operation: &Operation) -> bool {
        matches!(operation.kind, OperationKind::Import)
    }
}

/// A resource whose change failed is changed back with the others, even where nothing was done to it.
pub(super) fn remember(stack: &Stack, operation: &mut Operation, logical_id: &str) {
    if operation.phase == Phase::Forward
        && let Some(resource) = stack.live(logical_id)
    {
        operation
            .touched
            .entry(logical_id.to_owned())
            .or_insert_with(|| Touched::Updated(Box::new(resource.clone())));
    }
}
