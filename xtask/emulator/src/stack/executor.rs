//! The executor of operations: starts tasks whose dependencies are done, and moves from phase to phase.

use super::context::OperationContext;
use super::forward::{begin_forward, forward_done};
use super::model::Stack;
use super::operation::{FirstPhase, Operation, Phase};
use super::provision::{creation_initiated, provision, provisioned};
use super::removal::{
    begin_delete, cleanup_done, delete_done, remove, removed, rollback_cleanup_done,
};
use super::rollback::{
    begin_rollback, create_rollback_done, revert, reverted, update_rollback_done,
};
use super::signals::signals_timed_out;
use super::tasks::{TaskKind, TaskState};
use crate::event_queue::EventKind;

/// Processes an event of the operation in progress.
pub(crate) fn process(context: &mut OperationContext<'_>, stack: &mut Stack, event: &EventKind) {
    let Some(mut operation) = stack.operation.take() else {
        return;
    };
    let current = operation.phase_number;
    match *event {
        EventKind::OperationBegins(phase) if phase == current => {
            begin(context, stack, &mut operation)
        }
        EventKind::CreationInitiated(phase, index) if phase == current => {
            creation_initiated(context, stack, &mut operation, index);
        }
        EventKind::TaskFinished(phase, index) if phase == current => {
            task_finished(context, stack, &mut operation, index);
        }
        EventKind::SignalsTimedOut(phase, index) if phase == current => {
            signals_timed_out(context, stack, &mut operation, index);
        }
        EventKind::PhaseBegins(phase) if phase == current => {
            start_ready_tasks(context, stack, &mut operation)
        }
        _ => {}
    }
    if !operation.ended {
        stack.operation = Some(operation);
    }
}

fn begin(context: &mut OperationContext<'_>, stack: &mut Stack, operation: &mut Operation) {
    match operation.first_phase {
        FirstPhase::Forward => {
            begin_forward(context, stack, operation);
            if operation.phase == Phase::Forward {
                start_ready_tasks(context, stack, operation);
            }
        }
        FirstPhase::Rollback => begin_rollback(context, stack, operation),
        FirstPhase::Delete => begin_delete(context, stack, operation),
    }
}

/// Starts every task that is ready, and ends the phase once all are done.
fn start_ready_tasks(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    let phase = operation.phase_number;
    while let Some(index) = operation.tasks.next_ready() {
        start_task(context, stack, operation, index);
        if operation.ended || operation.phase_number != phase {
            return;
        }
    }
    if operation.tasks.is_idle() {
        phase_done(context, stack, operation);
    }
}

fn start_task(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    match &task.kind {
        TaskKind::Provision => provision(context, stack, operation, index),
        TaskKind::Revert => revert(context, stack, operation, index),
        TaskKind::Remove(removal) => {
            let removal = removal.clone();
            remove(context, stack, operation, index, removal);
        }
    }
}

fn task_finished(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    if !matches!(task.state, TaskState::Running(_)) {
        return;
    }
    match &task.kind {
        TaskKind::Provision => provisioned(context, stack, operation, index),
        TaskKind::Revert => reverted(context, stack, operation, index),
        TaskKind::Remove(removal) => {
            let removal = removal.clone();
            removed(context, stack, operation, index, &removal);
        }
    }
    if !operation.ended {
        start_ready_tasks(context, stack, operation);
    }
}

fn phase_done(context: &mut OperationContext<'_>, stack: &mut Stack, operation: &mut Operation) {
    match operation.phase {
        Phase::Accepted => {}
        Phase::Forward => forward_done(context, stack, operation),
        Phase::Cleanup => cleanup_done(context, stack, operation),
        Phase::CreateRollback => create_rollback_done(context, stack, operation),
        Phase::UpdateRollback => update_rollback_done(context, stack, operation),
        Phase::RollbackCleanup => rollback_cleanup_done(context, stack, operation),
        Phase::Delete => delete_done(context, stack, operation),
    }
}
