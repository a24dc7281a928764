//! Steps that recover a stack, so that it can be planned.

use std::future::Future;

use tokio::time::Instant;

use super::deadline;
use super::delete::delete_and_wait;
use super::operation::{OperationResult, StartedOperation, poll, watch};
use super::success::Success;
use crate::calls::READ_ATTEMPTS;
use crate::execute::context::{StepContext, StepResult};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::plan::{Observation, Recovery};
use cloudformation::ClientToken;
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{ClientResult, CloudFormation, Stack, StackNameOrId};

pub(super) async fn recover<P: CloudFormation>(
    context: &StepContext<'_, P>,
    recovery: Recovery,
    observed: Option<&Observation>,
) -> StepResult<Success> {
    if recovery == Recovery::Wait {
        return wait(context, observed).await;
    }
    let stack = match context.ensure_unchanged(observed).await {
        Ok(Some(stack)) => stack,
        // The plan was made from an outdated listing.
        Err(StepOutcome::Stale { .. })
            if recovery == Recovery::DeleteFailedCreation
                && is_deleted(context, observed).await =>
        {
            return Ok(Success::Deleted);
        }
        Ok(None) => {
            return Err(StepOutcome::stale("it does not exist"));
        }
        Err(outcome) => return Err(outcome),
    };
    context.check_cancelled()?;
    let port = context.port();
    match recovery {
        Recovery::Wait => wait(context, observed).await,
        Recovery::DeleteFailedCreation => {
            // A plan is a file, which may have been edited: never delete a stack that holds resources.
            if stack.status.next_step() != NextStep::DeleteAndCreate {
                return Err(StepOutcome::stale(format!(
                    "it is {}, which is not the status of a failed creation",
                    stack.status
                )));
            }
            delete_and_wait(context, &stack).await
        }
        Recovery::ContinueRollback => {
            let token = context.token("continue-rollback");
            let call = || port.continue_update_rollback(&stack.id, &[], &token);
            roll_back(context, &stack, "continuing its rollback", &token, call).await
        }
        Recovery::RollBack => {
            let token = context.token("roll-back");
            let call = || port.roll_back(&stack.id, &token);
            roll_back(context, &stack, "rolling back its update", &token, call).await
        }
    }
}

/// Whether the observed stack is deleted, and no other has its name.
async fn is_deleted<P: CloudFormation>(
    context: &StepContext<'_, P>,
    observed: Option<&Observation>,
) -> bool {
    let Some(id) = observed.and_then(|observed| observed.id.as_ref()) else {
        return false;
    };
    let deleted = context
        .stack(id)
        .await
        .is_ok_and(|stack| stack.is_some_and(|stack| stack.status == StackStatus::DeleteComplete));
    deleted && matches!(context.stack(&context.step.stack).await, Ok(None))
}

/// Waits for an operation that was in progress before. The next plan handles its result.
async fn wait<P: CloudFormation>(
    context: &StepContext<'_, P>,
    observed: Option<&Observation>,
) -> StepResult<Success> {
    let stack = match observed.and_then(|observed| observed.id.as_ref()) {
        Some(id) => StackNameOrId::from(id),
        None => StackNameOrId::from(&context.step.stack),
    };
    let stack = find(context, &stack)
        .await
        .map_err(|error| failure::call_failed("reading the stack", &error, None))?;
    let Some(stack) = stack else {
        return Ok(Success::Deleted);
    };
    let mut now = Some(stack);
    if let Some(stack) = now.as_ref().filter(|stack| stack.status.is_in_progress()) {
        let time = deadline::remaining_time(context, stack).await;
        let deadline = Instant::now() + time.left;
        context.report(Event::Waiting {
            step: context.step.id.clone(),
            status: stack.status.clone(),
            since: time.since,
            until: time.until,
        });
        let mut watch = watch(context, &stack.id, None);
        let mut missing = 0;
        loop {
            now = poll(context, &mut watch).await?;
            match &now {
                Some(stack) if !stack.status.is_in_progress() => break,
                Some(stack) if Instant::now() >= deadline => {
                    let attempted = "the operation in progress";
                    let minutes = time.minutes;
                    return Err(deadline::exceeded_after(context, attempted, stack, minutes).await);
                }
                Some(_) => missing = 0,
                None => missing += 1,
            }
            if missing == READ_ATTEMPTS {
                break;
            }
        }
    }
    Ok(match now {
        Some(stack) if stack.status != StackStatus::DeleteComplete => {
            Success::Changed(Box::new(stack))
        }
        _ => Success::Deleted,
    })
}

/// Reads an observed stack by its id, again while it does not show: a deleted stack still shows by its
/// id, so one that does not was just created.
async fn find<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &StackNameOrId,
) -> ClientResult<Option<Stack>> {
    let mut attempt = 1;
    loop {
        let found = context.stack(stack).await?;
        if found.is_some() || attempt == READ_ATTEMPTS {
            return Ok(found);
        }
        context.execution.calls.back_off(attempt).await;
        attempt += 1;
    }
}

async fn roll_back<P: CloudFormation, F: Future<Output = ClientResult<()>>>(
    context: &StepContext<'_, P>,
    stack: &Stack,
    attempted: &str,
    token: &ClientToken,
    call: impl FnMut() -> F,
) -> StepResult<Success> {
    let find_result = || async {
        let now = context.stack(&stack.id).await?;
        Ok(now
            .filter(|now| now.status.is_in_progress() || now.status != stack.status)
            .map(|_| ()))
    };
    context
        .start(call, find_result)
        .await
        .map_err(|error| failure::call_failed(attempted, &error, None))?;
    let operation = StartedOperation {
        stack: &stack.id,
        status: &stack.status,
        changed: Some(stack.changed()),
        token,
        ends_with: |_| true,
        deadline: deadline::operation_deadline(context),
    };
    let rolled_back = |stack: &Stack| stack.status.next_step() == NextStep::Update;
    let (now, status, why) = match operation.finish(context, rolled_back).await? {
        OperationResult::StackDeleted => return Ok(Success::Deleted),
        OperationResult::Succeeded(now) => return Ok(Success::Changed(Box::new(now))),
        OperationResult::Ended(_, status, _) if status.next_step() == NextStep::Update => {
            return Ok(Success::Superseded(status));
        }
        OperationResult::DeadlineExceeded(stack) => {
            return Err(deadline::exceeded(context, attempted, &stack).await);
        }
        OperationResult::Ended(now, status, why) => (now, status, why),
        OperationResult::Unattributed(now, why) => {
            let status = now.status.clone();
            (now, status, why)
        }
    };
    let outcome = failure::operation_failed(
        attempted,
        &status,
        now.status_reason
            .as_deref()
            .filter(|_| status == now.status),
        why,
    );
    Err(failure::with_deleted_resources(
        outcome,
        &context.step.stack,
    ))
}
