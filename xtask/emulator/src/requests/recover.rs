//! `CancelUpdateStack`, `ContinueUpdateRollback`, `RollbackStack`, `SignalResource`.

use cloudformation::{ClientToken, OperationType, ResourceStatus, StackStatus};

use super::context::RequestContext;
use super::start::{check_role, started};
use crate::api::{Answer, ApiError};
use crate::error::validation;
use crate::event_queue::StackNumber;
use crate::stack::{FirstPhase, OperationKind, cancel, signal as send_signal};

pub(super) fn cancel_update(
    context: &mut RequestContext<'_>,
    name: &str,
    token: Option<&ClientToken>,
) -> Result<Answer, ApiError> {
    let number = context.stack(name)?.number;
    if context.is_repeated(number, token, "CancelUpdateStack")? {
        return Ok(Answer::Done);
    }
    if context.stack(name)?.status != StackStatus::UpdateInProgress {
        return Err(validation(
            "CancelUpdateStack cannot be called from current stack status",
        ));
    }
    context.remember_token(number, token, "CancelUpdateStack")?;
    let region = context.region;
    context
        .cloud
        .with_stack(region, number, |stack, operations| {
            cancel(operations, stack)
        });
    Ok(Answer::Done)
}

pub(super) fn continue_rollback(
    context: &mut RequestContext<'_>,
    name: &str,
    skip: &[String],
    token: Option<&ClientToken>,
) -> Result<Answer, ApiError> {
    let number = context.stack(name)?.number;
    if context.is_repeated(number, token, "ContinueUpdateRollback")? {
        return Ok(Answer::Done);
    }
    let stack = context.stack(name)?;
    if stack.status != StackStatus::UpdateRollbackFailed {
        // CloudFormation's internal name of the operation.
        return Err(validation(
            "RollbackUpdatedStack cannot be called from current stack status",
        ));
    }
    let unskippable: Vec<&str> = skip
        .iter()
        .map(String::as_str)
        .filter(|name| {
            stack
                .resources
                .get(*name)
                .is_none_or(|resource| resource.status != ResourceStatus::UpdateFailed)
        })
        .collect();
    if !unskippable.is_empty() {
        return Err(validation(format!(
            "The following resources cannot be skipped: [{}]. Only resources in the \
             UPDATE_FAILED state can be skipped",
            unskippable.join(", ")
        )));
    }
    check_role(context, stack.role.as_deref())?;
    context.remember_token(number, token, "ContinueUpdateRollback")?;
    resume_rollback(
        context,
        number,
        skip,
        token,
        (
            StackStatus::UpdateRollbackInProgress,
            OperationType::ContinueRollback,
        ),
    );
    Ok(Answer::Done)
}

pub(super) fn roll_back(
    context: &mut RequestContext<'_>,
    name: &str,
    token: Option<&ClientToken>,
) -> Result<Answer, ApiError> {
    let stack = context.stack(name)?;
    let (number, id, status) = (stack.number, stack.id.clone(), stack.status.clone());
    if context.is_repeated(number, token, "RollbackStack")? {
        return Ok(started(context.stack(name)?, token));
    }
    let creates = context
        .stack(name)?
        .unfinished
        .as_ref()
        .is_some_and(|unfinished| {
            unfinished.kind == OperationKind::Create || unfinished.before.is_none()
        });
    let next = match status {
        StackStatus::CreateFailed => StackStatus::RollbackInProgress,
        StackStatus::UpdateFailed if creates => StackStatus::RollbackInProgress,
        StackStatus::UpdateFailed => StackStatus::UpdateRollbackInProgress,
        _ => {
            return Err(validation(format!(
                "Stack:{id} is in {} state and can not be rolled back.",
                status
            )));
        }
    };
    context.remember_token(number, token, "RollbackStack")?;
    resume_rollback(context, number, &[], token, (next, OperationType::Rollback));
    Ok(started(context.stack(name)?, token))
}

/// Rolls back the operation that stopped before its end.
fn resume_rollback(
    context: &mut RequestContext<'_>,
    number: StackNumber,
    skip: &[String],
    token: Option<&ClientToken>,
    (status, kind): (StackStatus, OperationType),
) {
    let region = context.region;
    let token = token.cloned();
    context
        .cloud
        .with_stack(region, number, |stack, operations| {
            let Some(mut operation) = stack.unfinished.take() else {
                return;
            };
            operation.first_phase = FirstPhase::Rollback;
            operation.token = token;
            operation.skip = skip.iter().cloned().collect();
            operations.accept(stack, *operation, status, kind);
        });
}

pub(super) fn signal(
    context: &mut RequestContext<'_>,
    name: &str,
    logical_id: &str,
    success: bool,
) -> Result<Answer, ApiError> {
    let stack = context.stack(name)?;
    let (number, id, status) = (stack.number, stack.id.clone(), stack.status.clone());
    let region = context.region;
    let logical_id = logical_id.to_owned();
    let taken = context
        .cloud
        .with_stack(region, number, |stack, operations| {
            send_signal(operations, stack, &logical_id, success)
        })
        .unwrap_or(false);
    if taken {
        Ok(Answer::Done)
    } else {
        Err(validation(format!(
            "Stack {id} is in {} state and can not be signaled.",
            status
        )))
    }
}
