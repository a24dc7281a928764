//! A forward phase that fails or is cancelled: running tasks are cancelled, and the operation rolls
//! back or stops, as its options say.

use cloudformation::{OperationType, ResourceStatus, StackStatus};

use super::context::{OperationContext, record_prior_state};
use super::model::Stack;
use super::operation::{Operation, OperationKind, Phase};
use super::rollback::{enter_create_rollback, enter_update_rollback};
use super::tasks::{TaskAction, TaskState};
use crate::api::OnFailure;

/// Fails the task of a resource, and with it the operation.
pub(super) fn fail_provisioning(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
    reason: String,
) {
    let status = failed_status(stack, operation, index);
    context.fail_task(stack, operation, index, status, reason);
    abort(context, stack, operation);
}

fn failed_status(stack: &Stack, operation: &Operation, index: usize) -> ResourceStatus {
    let Some(task) = operation.tasks.get(index) else {
        return ResourceStatus::UpdateFailed;
    };
    match &task.state {
        TaskState::Running(TaskAction::Create { replaces: None, .. }) => {
            ResourceStatus::CreateFailed
        }
        TaskState::Running(TaskAction::Import { .. }) => ResourceStatus::ImportFailed,
        TaskState::Running(_) => ResourceStatus::UpdateFailed,
        _ if stack.live(&task.logical_id).is_some() => ResourceStatus::UpdateFailed,
        _ => ResourceStatus::CreateFailed,
    }
}

/// Cancels the running tasks after a failure, and rolls back.
pub(super) fn abort(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
) {
    cancel_running(context, stack, operation);
    let reason = operation.failures();
    roll_back(context, stack, operation, reason);
}

fn cancel_running(context: &OperationContext<'_>, stack: &mut Stack, operation: &mut Operation) {
    let cancelled: Vec<(String, bool)> = operation
        .tasks
        .running()
        .map(|task| {
            let creates = matches!(
                task.state,
                TaskState::Running(
                    TaskAction::Create { replaces: None, .. } | TaskAction::Import { .. }
                )
            );
            (task.logical_id.clone(), creates)
        })
        .collect();
    for (name, creates) in cancelled {
        let (status, reason) = if creates {
            operation.failed_to_create.insert(name.clone());
            (ResourceStatus::CreateFailed, "Resource creation cancelled")
        } else {
            operation.failed_to_update.insert(name.clone());
            record_prior_state(stack, operation, &name);
            (ResourceStatus::UpdateFailed, "Resource update cancelled")
        };
        stack.set_resource_status(
            context.now,
            &name,
            status,
            Some(reason.to_owned()),
            operation,
        );
    }
}

/// Fails the operation for a reason that is not a resource's.
pub(super) fn fail_operation(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    why: &str,
) {
    // The reason of a creation continues after it, that of an update does not.
    let why = if operation.kind == OperationKind::Create {
        format!("{why}. ")
    } else {
        why.to_owned()
    };
    roll_back(context, stack, operation, why);
}

/// Rolls back, or does what was requested for a failure.
pub(super) fn roll_back(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    why: String,
) {
    let trimmed = |text: &str| Some(text.trim_end().to_owned());
    match operation.kind {
        OperationKind::Create => match operation.on_failure {
            OnFailure::RollBack => {
                let reason = format!("{why}Rollback requested by user.");
                context.follow(stack, operation, OperationType::Rollback);
                stack.set_status(
                    context.now,
                    StackStatus::RollbackInProgress,
                    Some(reason),
                    operation.token.clone(),
                );
                enter_create_rollback(context, stack, operation);
            }
            OnFailure::Delete => {
                let reason = format!("{why}Delete requested by user.");
                context.follow(stack, operation, OperationType::DeleteStack);
                stack.set_status(
                    context.now,
                    StackStatus::DeleteInProgress,
                    Some(reason),
                    operation.token.clone(),
                );
                operation.kind = OperationKind::Delete;
                enter_create_rollback(context, stack, operation);
            }
            OnFailure::DoNothing => {
                context.interrupt(stack, operation, StackStatus::CreateFailed, trimmed(&why));
            }
        },
        OperationKind::Update if operation.disable_rollback => {
            context.interrupt(stack, operation, StackStatus::UpdateFailed, trimmed(&why));
        }
        OperationKind::Update => {
            context.follow(stack, operation, OperationType::Rollback);
            stack.set_status(
                context.now,
                StackStatus::UpdateRollbackInProgress,
                trimmed(&why),
                operation.token.clone(),
            );
            enter_update_rollback(context, stack, operation);
        }
        OperationKind::Import => {
            context.follow(stack, operation, OperationType::Rollback);
            stack.set_status(
                context.now,
                StackStatus::ImportRollbackInProgress,
                trimmed(&why),
                operation.token.clone(),
            );
            enter_update_rollback(context, stack, operation);
        }
        OperationKind::Delete => {}
    }
}

/// Cancels an update: it rolls back at once.
pub(crate) fn cancel(context: &mut OperationContext<'_>, stack: &mut Stack) {
    let Some(mut operation) = stack.operation.take() else {
        return;
    };
    operation.disable_rollback = false;
    if operation.phase == Phase::Accepted {
        operation
            .imports_before
            .extend(stack.imports.iter().cloned());
    }
    cancel_running(context, stack, &mut operation);
    context.follow(stack, &operation, OperationType::Rollback);
    stack.set_status(
        context.now,
        StackStatus::UpdateRollbackInProgress,
        Some("User Initiated".to_owned()),
        operation.token.clone(),
    );
    enter_update_rollback(context, stack, &mut operation);
    stack.operation = Some(operation);
}
