//! Steps that delete a stack.

use service_rules::{At, Passing, passing};

use super::api::{delete_stack, set_termination_protection};
use super::deadline;
use super::operation::{OperationResult, StartedOperation};
use super::success::Success;
use crate::execute::cause::Explanation;
use crate::execute::context::{StepContext, StepResult};
use crate::execute::failure;
use crate::execute::outcome::{ResourceFailure, StepOutcome};
use crate::plan::Observation;
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, CloudFormation, Stack};

const MAX_RETRIES: u32 = 5;

pub(super) async fn delete<P: CloudFormation>(
    context: &StepContext<'_, P>,
    unprotect: bool,
    observed: Option<&Observation>,
) -> StepResult<Success> {
    let Some(stack) = context.ensure_unchanged(observed).await? else {
        return Ok(Success::Deleted);
    };
    context.check_cancelled()?;
    let unprotected = unprotect && stack.termination_protection;
    if unprotected {
        match set_termination_protection(context, &stack.id, false).await {
            Ok(()) => {}
            // Another caller was faster.
            Err(ClientError::StackNotFound(_)) => return Ok(Success::Deleted),
            Err(error) => {
                let what = "turning off termination protection";
                return Err(failure::call_failed(what, &error, None));
            }
        }
    }
    let deleted = delete_and_wait(context, &stack).await;
    if let Err(outcome) = &deleted
        && unprotected
    {
        if matches!(outcome, StepOutcome::Detached) {
            context.warn(
                "its termination protection is off while it is being deleted; if the deletion fails, \
                 the next run turns it on again"
                    .to_owned(),
            );
        } else if let Err(error) = set_termination_protection(context, &stack.id, true).await {
            context.warn(format!(
                "its termination protection is off and could not be turned on again: {error}"
            ));
        }
    }
    deleted
}

/// Deletes the stack and waits until it is gone. Retries while the failures are transient.
pub(super) async fn delete_and_wait<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &Stack,
) -> StepResult<Success> {
    let mut context = StepContext { ..*context };
    let mut stack = stack.clone();
    loop {
        let (left, status, why) = match try_delete(&context, &stack).await? {
            Attempt::Deleted => return Ok(Success::Deleted),
            Attempt::Failed(left, status, why) => (left, status, why),
        };
        match transient_condition(&why) {
            Some(condition)
                if status == StackStatus::DeleteFailed && context.retries < MAX_RETRIES =>
            {
                context = context.retry_after(condition).await?;
                stack = *left;
            }
            _ => {
                return Err(failure::operation_failed(
                    "deleting it",
                    &status,
                    left.status_reason
                        .as_deref()
                        .filter(|_| status == left.status),
                    why,
                ));
            }
        }
    }
}

/// The condition behind a failed deletion, if all failures are transient.
fn transient_condition(why: &Explanation) -> Option<&'static Passing> {
    let mut all = why
        .cause
        .iter()
        .chain(&why.others)
        .chain(&why.rollback_failures);
    let passes = |resource: &ResourceFailure| passing(At::Deletion, &resource.reason);
    let first = passes(all.next()?)?;
    all.all(|other| passes(other).is_some()).then_some(first)
}

enum Attempt {
    Deleted,
    Failed(Box<Stack>, StackStatus, Explanation),
}

async fn try_delete<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &Stack,
) -> StepResult<Attempt> {
    let token = context.token("delete");
    delete_stack(context, &stack.id, &token)
        .await
        .map_err(|error| match error {
            ClientError::Busy(message) => {
                StepOutcome::stale(format!("another operation is in progress: {message}"))
            }
            error => failure::call_failed("deleting the stack", &error, None),
        })?;
    let operation = StartedOperation {
        stack: &stack.id,
        status: &stack.status,
        changed: Some(stack.changed()),
        token: &token,
        ends_with: |status| {
            matches!(
                status,
                StackStatus::DeleteFailed | StackStatus::DeleteComplete
            )
        },
        deadline: deadline::operation_deadline(context),
    };
    let deleted = |stack: &Stack| stack.status == StackStatus::DeleteComplete;
    match operation.finish(context, deleted).await? {
        OperationResult::StackDeleted
        | OperationResult::Succeeded(_)
        | OperationResult::Ended(_, StackStatus::DeleteComplete, _) => Ok(Attempt::Deleted),
        OperationResult::DeadlineExceeded(stack) => {
            Err(deadline::exceeded(context, "deleting it", &stack).await)
        }
        OperationResult::Ended(left, status, why) => {
            Ok(Attempt::Failed(Box::new(left), status, why))
        }
        OperationResult::Unattributed(left, why) => {
            let status = left.status.clone();
            Ok(Attempt::Failed(Box::new(left), status, why))
        }
    }
}
