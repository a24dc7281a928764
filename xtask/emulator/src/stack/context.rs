//! The state that operations on the stacks of an account and region read and change.

use cloudformation::{OperationType, ResourceStatus, StackStatus};

use super::history::Beginning;
use super::model::Stack;
use super::operation::{Operation, Phase, UndoRecord};
use crate::Options;
use crate::api::{Caller, Time};
use crate::durations::{Work, handler_duration, jittered};
use crate::event_queue::{EventKind, Queue, ScheduledEvent};
use crate::exports::Exports;
use crate::faults::{FaultDecision, Faults, ResourceOperation, Subject};
use crate::inventory::{Inventory, ParameterStore};
use crate::random::Random;

pub(crate) struct OperationContext<'a> {
    pub(crate) options: &'a Options,
    pub(crate) caller: &'a Caller,
    pub(crate) region: usize,
    pub(crate) exports: &'a mut Exports,
    pub(crate) inventory: &'a mut Inventory,
    pub(crate) queue: &'a mut Queue,
    pub(crate) faults: &'a mut Faults,
    pub(crate) now: Time,
}

impl OperationContext<'_> {
    /// Accepts an operation: the stack's status changes at once, the work begins a little later.
    pub(crate) fn accept(
        &mut self,
        stack: &mut Stack,
        mut operation: Operation,
        status: StackStatus,
        kind: OperationType,
    ) {
        let beginning = Beginning::requested(kind, operation.token.clone());
        self.begin(stack, beginning);
        stack.set_status(
            self.now,
            status,
            Some("User Initiated".to_owned()),
            operation.token.clone(),
        );
        operation.phase = Phase::Accepted;
        operation.phase_number = self.queue.next_number();
        let wait = self.jittered(stack, "accepted", 1500);
        self.schedule(
            stack,
            wait,
            EventKind::OperationBegins(operation.phase_number),
        );
        stack.operation = Some(Box::new(operation));
    }

    /// Begins an operation under an id of its own.
    pub(crate) fn begin(&self, stack: &mut Stack, beginning: Beginning) {
        let random = Random::new(self.options.seed).derive(&stack.id);
        stack.history.begin(self.now, random, beginning);
    }

    /// Begins the rollback of the operation in progress, or what else follows its failure.
    pub(super) fn follow(&self, stack: &mut Stack, operation: &Operation, kind: OperationType) {
        self.begin(stack, Beginning::automatic(kind, operation.token.clone()));
    }

    /// Begins a phase: its tasks start a little later.
    pub(super) fn enter_phase(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        phase: Phase,
    ) {
        operation.phase = phase;
        operation.phase_number = self.queue.next_number();
        let wait = self.jittered(stack, "phase", 1000);
        self.schedule(stack, wait, EventKind::PhaseBegins(operation.phase_number));
    }

    pub(super) fn end(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        status: StackStatus,
        reason: Option<String>,
    ) {
        stack.history.end_with(self.now, &status);
        stack.set_status(self.now, status, reason, operation.token.clone());
        operation.ended = true;
    }

    /// Stops the operation where it is. A rollback or another update may resume it.
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

    /// Fails a task, and records the reason in the events.
    pub(super) fn fail_task(
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
                record_prior_state(stack, operation, &logical_id);
            }
        }
        operation.tasks.failed(index);
        stack.set_resource_status(self.now, &logical_id, status, Some(reason), operation);
    }

    /// The parameters of SSM.
    pub(super) fn parameters(&self) -> ParameterStore<'_> {
        ParameterStore {
            inventory: self.inventory,
            given: &self.options.ssm_parameters,
        }
    }

    pub(crate) fn schedule(&mut self, stack: &Stack, wait: u64, kind: EventKind) {
        self.queue.schedule(
            Time(self.now.0 + wait),
            ScheduledEvent {
                region: self.region,
                stack: stack.number,
                kind,
            },
        );
    }

    /// Random choices for a subject in a stack, at this point of its history.
    pub(super) fn random(&self, stack: &Stack, what: &str) -> Random {
        Random::new(self.options.seed)
            .derive(&stack.id)
            .derive(what)
            .nth(stack.events.len() as u64)
    }

    /// A duration with jitter, in milliseconds.
    pub(crate) fn jittered(&self, stack: &Stack, what: &str, milliseconds: u64) -> u64 {
        jittered(
            milliseconds,
            self.options.durations,
            self.random(stack, what),
        )
    }

    /// The duration of work on a resource, in milliseconds.
    pub(super) fn duration(&self, stack: &Stack, logical_id: &str, kind: &str, work: Work) -> u64 {
        handler_duration(
            kind,
            work,
            self.options.durations,
            self.random(stack, logical_id),
        )
    }

    /// The faults that apply to a resource operation.
    pub(super) fn decide_fault(
        &mut self,
        stack: &Stack,
        logical_id: &str,
        kind: &str,
        on: ResourceOperation,
    ) -> FaultDecision {
        let random = self.random(stack, logical_id).derive("fate");
        self.faults.apply(
            &Subject {
                stack: &stack.name,
                logical_id,
                kind,
                on,
            },
            self.options.fault_rates,
            random,
        )
    }
}

/// Records the state of a resource whose change failed: it is changed back with the others, even where
/// nothing was done to it.
pub(super) fn record_prior_state(stack: &Stack, operation: &mut Operation, logical_id: &str) {
    if operation.phase == Phase::Forward
        && let Some(resource) = stack.live(logical_id)
    {
        operation
            .undo_log
            .entry(logical_id.to_owned())
            .or_insert_with(|| UndoRecord::Updated(Box::new(resource.clone())));
    }
}
