//! Rollback of a failed creation, and of a failed update or import.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html>

use cloudformation::{ResourceStatus, StackStatus};
use service_rules::is_deleted_first;

use super::context::OperationContext;
use super::definition::Resource;
use super::handler::update_physical;
use super::model::Stack;
use super::operation::{Operation, OperationKind, Phase, UndoRecord};
use super::removal::enter_cleanup;
use super::tasks::{Removal, TaskAction, TaskKind, Tasks, task_order};
use crate::durations::Work;
use crate::event_queue::EventKind;
use crate::faults::ResourceOperation;
use crate::inventory::{Owner, PhysicalResource};
use crate::template::RemovalPolicy;

/// Begins a rollback on request.
pub(super) fn begin_rollback(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    operation.failed_to_create.clear();
    operation.failed_to_update.clear();
    operation.failed_to_delete.clear();
    if matches!(operation.kind, OperationKind::Create) {
        enter_create_rollback(context, stack, operation);
    } else {
        enter_update_rollback(context, stack, operation);
    }
}

/// Begins to delete the resources of a failed creation.
pub(super) fn enter_create_rollback(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    operation.failed_to_create.clear();
    operation.failed_to_update.clear();
    for (name, resource) in &mut stack.resources {
        // Imported resources existed before.
        let policy = match operation.undo_log.get(name) {
            Some(UndoRecord::Imported) => RemovalPolicy::Retain,
            _ => resource.deletion,
        };
        match Removal::resource(name, resource, policy) {
            Some(removal) => operation.removals.push(removal),
            None => resource.status = ResourceStatus::DeleteComplete,
        }
    }
    enter_cleanup(context, stack, operation, Phase::CreateRollback);
}

/// Completes the rollback of a creation, or fails it.
pub(super) fn create_rollback_done(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    let deletes = matches!(operation.kind, OperationKind::Delete);
    if !operation.failed_to_delete.is_empty() {
        let reason = operation.failures().trim_end().to_owned();
        let status = if deletes {
            StackStatus::DeleteFailed
        } else {
            StackStatus::RollbackFailed
        };
        operation.keep_failed_removals();
        context.interrupt(stack, operation, status, Some(reason));
        return;
    }
    let imports = std::mem::take(&mut stack.imports);
    context.exports.release(&stack.name, &imports);
    stack.outputs.clear();
    if deletes {
        stack.deleted = Some(context.now);
        context.end(stack, operation, StackStatus::DeleteComplete, None);
    } else {
        context.end(stack, operation, StackStatus::RollbackComplete, None);
    }
}

/// Begins to undo the updates and replacements of a failed update.
pub(super) fn enter_update_rollback(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    operation.failed_to_create.clear();
    operation.failed_to_update.clear();
    if operation.before.is_none() && !operation.is_import() {
        // There is no definition to roll back to: the stack was never complete.
        operation.kind = OperationKind::Create;
        enter_create_rollback(context, stack, operation);
        return;
    }
    if operation.before.is_some() {
        stack.definition.clone_from(&operation.before);
    }
    let changed: Vec<String> = operation
        .undo_log
        .iter()
        .filter(|(_, record)| matches!(record, UndoRecord::Updated(_) | UndoRecord::Replaced(_)))
        .map(|(name, _)| name.clone())
        .collect();
    let order = match &operation.before {
        Some(before) => task_order(
            changed.iter().map(String::as_str),
            |name| before.dependencies(name),
            false,
        ),
        None => Vec::new(),
    };
    operation.tasks = Tasks::new(
        changed
            .into_iter()
            .map(|name| (name, TaskKind::Revert))
            .collect(),
        &order,
    );
    context.enter_phase(stack, operation, Phase::UpdateRollback);
}

/// Begins to revert a resource.
pub(super) fn revert(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let name = task.logical_id.clone();
    let Some(record) = operation.undo_log.get(&name) else {
        operation.tasks.done(index);
        return;
    };
    if operation.skip.contains(&name) {
        // The stack records the prior state without changing the physical resource.
        let record = record.clone();
        restore(context, stack, operation, &name, &record, false);
        operation.tasks.done(index);
        stack.set_resource_status(
            context.now,
            &name,
            ResourceStatus::UpdateComplete,
            Some("Resource update rollback skipped".to_owned()),
            operation,
        );
        return;
    }
    let kind = match record {
        UndoRecord::Updated(was) | UndoRecord::Replaced(was) => was.kind.clone(),
        UndoRecord::Created | UndoRecord::Imported => {
            operation.tasks.done(index);
            return;
        }
    };
    let replaced = matches!(record, UndoRecord::Replaced(_));
    stack.set_resource_status(
        context.now,
        &name,
        ResourceStatus::UpdateInProgress,
        None,
        operation,
    );
    let fault = context.decide_fault(stack, &name, &kind, ResourceOperation::Rollback);
    let length = if replaced {
        // The replaced physical resource still exists.
        context.jittered(stack, &name, 1000)
    } else {
        context.duration(stack, &name, &kind, Work::Update)
    } + fault.delay;
    operation.tasks.run(index, TaskAction::Revert);
    if let Some(task) = operation.tasks.get_mut(index) {
        task.failure = fault.failure;
    }
    context.schedule(
        stack,
        length,
        EventKind::TaskFinished(operation.phase_number, index),
    );
}

/// Completes the reversion of a resource, or fails it.
pub(super) fn reverted(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    let name = task.logical_id.clone();
    let mut failure = task.failure.clone();
    if failure.is_none()
        && let Some(UndoRecord::Updated(was)) = operation.undo_log.get(&name)
    {
        let properties = was.properties.clone();
        failure = update_physical(context, stack, &name, &properties).err();
    }
    if let Some(reason) = failure {
        context.fail_task(
            stack,
            operation,
            index,
            ResourceStatus::UpdateFailed,
            reason,
        );
        return;
    }
    if let Some(record) = operation.undo_log.get(&name).cloned() {
        restore(context, stack, operation, &name, &record, true);
    }
    operation.tasks.done(index);
    stack.set_resource_status(
        context.now,
        &name,
        ResourceStatus::UpdateComplete,
        None,
        operation,
    );
}

/// Restores the stack's record of a resource.
fn restore(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    name: &str,
    record: &UndoRecord,
    changed: bool,
) {
    operation.undo_log.remove(name);
    let (UndoRecord::Updated(was) | UndoRecord::Replaced(was)) = record else {
        return;
    };
    if matches!(record, UndoRecord::Replaced(_))
        && is_deleted_first(&was.kind)
        && let Some(physical_id) = &was.physical_id
    {
        // Its replacement deleted it.
        let owner = Owner {
            stack: stack.number,
            stack_id: stack.id.clone(),
            logical_id: name.to_owned(),
        };
        let again = PhysicalResource::owned(&was.kind, physical_id, was.properties.clone(), owner);
        context.inventory.insert(again);
    }
    let Some(resource) = stack.resources.get_mut(name) else {
        return;
    };
    if matches!(record, UndoRecord::Replaced(_)) {
        let removal = Removal::replaced(name, resource, RemovalPolicy::Delete);
        operation.removals.extend(removal);
    }
    // A reversion is an update, too: versions only grow.
    let version = if changed {
        resource.version
    } else {
        was.version
    };
    let mut resource_was = Resource::clone(was);
    if matches!(record, UndoRecord::Updated(_)) {
        resource_was.version = version;
    }
    *resource = resource_was;
    resource.updated = context.now;
}

/// Completes the undoing of updates, or fails the rollback.
pub(super) fn update_rollback_done(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    if !operation.failed_to_update.is_empty() {
        let reason = operation.failures().trim_end().to_owned();
        let status = if operation.is_import() {
            StackStatus::ImportRollbackFailed
        } else {
            StackStatus::UpdateRollbackFailed
        };
        context.interrupt(stack, operation, status, Some(reason));
        return;
    }
    let unused: Vec<String> = stack
        .imports
        .difference(&operation.imports_before)
        .cloned()
        .collect();
    context.exports.release(&stack.name, &unused);
    stack.imports = std::mem::take(&mut operation.imports_before);
    for (name, resource) in &stack.resources {
        let policy = match operation.undo_log.get(name) {
            Some(UndoRecord::Created) => resource.deletion,
            Some(UndoRecord::Imported) => RemovalPolicy::Retain,
            _ => continue,
        };
        let removal = Removal::resource(name, resource, policy);
        operation.removals.extend(removal);
    }
    stack
        .resources
        .retain(|_, resource| resource.physical_id.is_some());
    if let Some(before) = &operation.before {
        for (name, definition) in &before.template.resources {
            if let Some(resource) = stack.resources.get_mut(name) {
                resource.attributes.clone_from(&definition.attributes);
                resource.deletion = definition.deletion;
                resource.replacement = definition.replacement;
            }
        }
    }
    if !operation.is_import() {
        stack.set_status(
            context.now,
            StackStatus::UpdateRollbackCompleteCleanupInProgress,
            None,
            operation.token.clone(),
        );
    }
    enter_cleanup(context, stack, operation, Phase::RollbackCleanup);
}
