//! Removal of physical resources from their stack: deleted or retained, in a cleanup, a rollback or
//! the deletion of the stack.

use std::collections::BTreeMap;

use cloudformation::{ResourceStatus, StackStatus};

use super::context::OperationContext;
use super::model::Stack;
use super::operation::{Operation, Phase, UndoRecord};
use super::tasks::{Removal, TaskAction, TaskKind, Tasks, task_order};
use crate::durations::Work;
use crate::event_queue::EventKind;
use crate::faults::ResourceOperation;
use crate::template::RemovalPolicy;

/// Begins a phase that carries out the scheduled removals.
pub(super) fn enter_cleanup(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    phase: Phase,
) {
    let removals = std::mem::take(&mut operation.removals);
    // The order comes from the definition that created the resources.
    let definition = match phase {
        Phase::RollbackCleanup | Phase::CreateRollback => operation.after.as_ref(),
        Phase::Delete => stack.definition.as_ref().or(operation.after.as_ref()),
        _ => operation.before.as_ref().or(operation.after.as_ref()),
    };
    let order = match definition {
        Some(definition) => task_order(
            removals.iter().map(|removal| removal.logical_id.as_str()),
            |name| definition.dependencies(name),
            true,
        ),
        None => Vec::new(),
    };
    operation.tasks = Tasks::new(
        removals
            .into_iter()
            .map(|removal| (removal.logical_id.clone(), TaskKind::Remove(removal)))
            .collect(),
        &order,
    );
    context.enter_phase(stack, operation, phase);
}

pub(super) fn remove(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
    removal: Removal,
) {
    if operation.retain.contains(&removal.logical_id) || retains(operation, &removal) {
        context
            .inventory
            .set_owner(&removal.kind, &removal.identifier, None);
        operation.tasks.done(index);
        record_removal(
            context,
            stack,
            operation,
            &removal,
            ResourceStatus::DeleteSkipped,
            None,
        );
        if removal.removes_resource {
            retain_resource(context, stack, operation, &removal);
        }
        return;
    }
    record_removal(
        context,
        stack,
        operation,
        &removal,
        ResourceStatus::DeleteInProgress,
        None,
    );
    let fault = context.decide_fault(
        stack,
        &removal.logical_id,
        &removal.kind,
        ResourceOperation::Delete,
    );
    let delay = context
        .inventory
        .deletion_delay(&removal.kind, &removal.identifier);
    let length = context.duration(stack, &removal.logical_id, &removal.kind, Work::Delete)
        + fault.delay
        + delay * u64::from(context.options.durations.0) / 100;
    operation.tasks.run(index, TaskAction::Delete);
    if let Some(task) = operation.tasks.get_mut(index) {
        task.failure = fault.failure;
    }
    context.schedule(
        stack,
        length,
        EventKind::TaskFinished(operation.phase_number, index),
    );
}

/// Whether the policy retains a physical resource. Only `Retain` keeps what a failed operation
/// created.
fn retains(operation: &Operation, removal: &Removal) -> bool {
    match operation.phase {
        Phase::CreateRollback | Phase::RollbackCleanup => removal.policy == RemovalPolicy::Retain,
        _ => removal.policy.keeps(),
    }
}

/// Completes a removal, or fails it.
pub(super) fn removed(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
    removal: &Removal,
) {
    let failure = operation
        .tasks
        .get(index)
        .and_then(|task| task.failure.clone())
        .or_else(|| {
            context
                .inventory
                .deletion_refusal(&removal.kind, &removal.identifier)
        });
    let Some(reason) = failure else {
        context.inventory.remove(&removal.kind, &removal.identifier);
        operation.tasks.done(index);
        record_removal(
            context,
            stack,
            operation,
            removal,
            ResourceStatus::DeleteComplete,
            None,
        );
        if removal.removes_resource {
            delete_resource(context, stack, operation, removal);
        }
        return;
    };
    operation.tasks.failed(index);
    operation
        .failed_to_delete
        .insert(removal.logical_id.clone());
    record_removal(
        context,
        stack,
        operation,
        removal,
        ResourceStatus::DeleteFailed,
        Some(reason),
    );
    if matches!(operation.phase, Phase::Cleanup | Phase::RollbackCleanup) {
        // A cleanup does not fail: the stack drops what it can't delete.
        context
            .inventory
            .set_owner(&removal.kind, &removal.identifier, None);
        if removal.removes_resource {
            stack.resources.remove(&removal.logical_id);
        }
        operation.tasks.release(index);
    }
}

/// Drops a retained resource. A stack under deletion keeps it in its list, with its physical id.
fn retain_resource(
    context: &OperationContext<'_>,
    stack: &mut Stack,
    operation: &Operation,
    removal: &Removal,
) {
    if operation.phase == Phase::Delete {
        if let Some(resource) = stack.resources.get_mut(&removal.logical_id) {
            resource.status = ResourceStatus::DeleteSkipped;
            resource.updated = context.now;
        }
    } else {
        stack.resources.remove(&removal.logical_id);
    }
}

/// Drops a deleted resource. A stack under deletion keeps it in its list, as deleted.
fn delete_resource(
    context: &OperationContext<'_>,
    stack: &mut Stack,
    operation: &Operation,
    removal: &Removal,
) {
    if matches!(operation.phase, Phase::Delete | Phase::CreateRollback) {
        if let Some(resource) = stack.resources.get_mut(&removal.logical_id) {
            resource.status = ResourceStatus::DeleteComplete;
            resource.physical_id = None;
            resource.identifier = None;
            resource.updated = context.now;
        }
    } else {
        stack.resources.remove(&removal.logical_id);
    }
}

fn record_removal(
    context: &OperationContext<'_>,
    stack: &mut Stack,
    operation: &Operation,
    removal: &Removal,
    status: ResourceStatus,
    reason: Option<String>,
) {
    if removal.removes_resource
        && let Some(resource) = stack.resources.get_mut(&removal.logical_id)
    {
        resource.status = status.clone();
        resource.reason.clone_from(&reason);
        resource.updated = context.now;
    }
    stack.record_event(
        context.now,
        (
            &removal.logical_id,
            &removal.kind,
            Some(&removal.physical_id),
        ),
        status,
        reason,
        operation,
    );
}

pub(super) fn cleanup_done(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    let reason = cleanup_reason(operation);
    context.end(stack, operation, StackStatus::UpdateComplete, reason);
}

pub(super) fn rollback_cleanup_done(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    if operation.is_import() {
        context.end(stack, operation, StackStatus::ImportRollbackComplete, None);
        return;
    }
    let reason = cleanup_reason(operation);
    context.end(
        stack,
        operation,
        StackStatus::UpdateRollbackComplete,
        reason,
    );
}

/// The status reason after a cleanup that could not delete everything.
fn cleanup_reason(operation: &Operation) -> Option<String> {
    (!operation.failed_to_delete.is_empty())
        .then(|| "Update successful. One or more resources could not be deleted.".to_owned())
}

/// Begins the deletion of a stack. If its exports are in use, it returns to its prior status,
/// without `DELETE_FAILED` (aws-cdk#604, aws-cft-tools#27).
pub(super) fn begin_delete(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    if let Err(why) = context
        .exports
        .replace(&stack.id, &stack.name, &BTreeMap::new())
    {
        let status = operation.status_before.clone();
        context.end(stack, operation, status, Some(why));
        return;
    }
    if let Some(unfinished) = stack.unfinished.take() {
        operation.removals.extend(unfinished.removals);
        for (name, record) in unfinished.undo_log {
            if let UndoRecord::Replaced(was) = record {
                let removal = Removal::replaced(&name, &was, was.deletion);
                operation.removals.extend(removal);
            }
        }
    }
    for (name, resource) in &mut stack.resources {
        match Removal::resource(name, resource, resource.deletion) {
            // An earlier attempt retained it.
            Some(_) if resource.status == ResourceStatus::DeleteSkipped => {}
            Some(removal) => operation.removals.push(removal),
            None => resource.status = ResourceStatus::DeleteComplete,
        }
    }
    enter_cleanup(context, stack, operation, Phase::Delete);
}

/// Completes the deletion of a stack, or fails it.
pub(super) fn delete_done(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    if !operation.failed_to_delete.is_empty() {
        // Replaced physical resources that could not be deleted stay with the stack.
        let reason = operation.failures().trim_end().to_owned();
        operation.keep_failed_removals();
        context.interrupt(stack, operation, StackStatus::DeleteFailed, Some(reason));
        return;
    }
    let imports = std::mem::take(&mut stack.imports);
    context.exports.release(&stack.name, &imports);
    stack.deleted = Some(context.now);
    context.end(stack, operation, StackStatus::DeleteComplete, None);
}
