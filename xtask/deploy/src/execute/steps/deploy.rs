//! Steps that create or update a stack.

use service_rules::{At, Passing, passing};

use super::api::set_policy;
use super::change_set::{
    self, ChangeSetResult, PendingChangeSet, ReadyChangeSet, create_change_set, has_changed,
};
use super::deadline;
use super::delete::delete_and_wait;
use super::operation::{OperationResult, StartedOperation};
use super::protect::{self, policy_override};
use super::success::Success;
use crate::execute::check_change_set::{check_change_set, empty_change_set};
use crate::execute::context::{StepContext, StepResult};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::outcome::{Failure, ResourceFailure, StepOutcome};
use crate::plan::{DeployStep, Observation};
use cloudformation::ClientToken;
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack, StackId};
use common::template::check::DIGEST_OUTPUT;

/// Retries a first creation once if all failures were transient and it rolled back.
pub(super) async fn deploy<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
    observed: Option<&Observation>,
) -> StepResult<Success> {
    let failure = match attempt(context, step, observed).await {
        Err(StepOutcome::Failed(failure)) if !step.exists => failure,
        outcome => return outcome,
    };
    let (Some(condition), Some(StackStatus::RollbackComplete)) =
        (transient_condition(&failure), &failure.status)
    else {
        return Err(StepOutcome::Failed(failure));
    };
    let context = context.retry_after(condition).await?;
    let stack = context.stack(&context.step.stack).await;
    match stack.map_err(|error| failure::call_failed("reading the stack", &error, None))? {
        Some(stack) if stack.status == StackStatus::RollbackComplete => {
            delete_and_wait(&context, &stack).await?;
        }
        _ => return Err(StepOutcome::Failed(failure)),
    }
    let step = DeployStep {
        change_set: None,
        ..step.clone()
    };
    attempt(&context, &step, Some(&Observation::of(None))).await
}

/// The condition behind a failed creation, if all failures are transient.
fn transient_condition(failure: &Failure) -> Option<&'static Passing> {
    let passes = |resource: &ResourceFailure| passing(At::Creation, &resource.reason);
    let cause = passes(failure.cause.as_ref()?)?;
    failure
        .others
        .iter()
        .all(|other| passes(other).is_some())
        .then_some(cause)
}

async fn attempt<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
    observed: Option<&Observation>,
) -> StepResult<Success> {
    let before = context.ensure_unchanged(observed).await?;
    if step.exists && before.is_none() {
        return Err(StepOutcome::stale("it does not exist"));
    }
    context.check_cancelled()?;
    match create_change_set(context, step, before.as_ref()).await? {
        ChangeSetResult::Empty => match before {
            Some(stack) => unchanged(context, step, stack).await,
            None => Err(StepOutcome::stale("its template has nothing to create")),
        },
        ChangeSetResult::Ready(ready) => {
            let findings = check_change_set(&context.step.stack, step, &ready.changes);
            if !findings.is_empty() {
                for finding in &findings {
                    context.report(Event::Finding {
                        step: context.step.id.clone(),
                        finding: finding.clone(),
                    });
                }
                change_set::discard(context, &ready.pending).await;
                return Err(StepOutcome::Blocked { findings });
            }
            for warning in &ready.warnings {
                context.report(Event::Finding {
                    step: context.step.id.clone(),
                    finding: warning.clone(),
                });
            }
            if let Err(detached) = context.check_cancelled() {
                change_set::discard(context, &ready.pending).await;
                return Err(detached);
            }
            let policy = policy_override(step, &ready.changes);
            execute(context, step, before.as_ref(), &ready, policy.as_deref()).await
        }
    }
}

/// The change set was empty. A definition that differs all the same is reported.
async fn unchanged<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
    mut stack: Stack,
) -> StepResult<Success> {
    let deployed = stack.output(DIGEST_OUTPUT);
    if deployed != Some(step.digest.as_str()) {
        context.report(Event::Finding {
            step: context.step.id.clone(),
            finding: empty_change_set(&context.step.stack, step, deployed),
        });
    }
    protect::protect_deployed(
        context,
        &mut stack,
        step.termination_protection,
        step.policy.as_deref(),
        false,
    )
    .await?;
    Ok(Success::Unchanged(Box::new(stack)))
}

/// Overrides the stack policy for acknowledged changes, executes, waits, and protects the stack.
async fn execute<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
    before: Option<&Stack>,
    ready: &ReadyChangeSet,
    policy_override: Option<&str>,
) -> StepResult<Success> {
    if let Some(policy) = policy_override
        && let Err(error) = set_policy(context, &ready.stack, policy).await
    {
        // It may have taken effect all the same.
        restore_policy(context, step, &ready.stack, policy_override).await;
        change_set::discard(context, &ready.pending).await;
        return Err(failure::call_failed(
            "allowing the acknowledged changes in the stack policy",
            &error,
            None,
        ));
    }
    let token = context.token("execute");
    if let Err(outcome) = execute_change_set(context, before, &ready.pending, &token).await {
        restore_policy(context, step, &ready.stack, policy_override).await;
        return Err(outcome);
    }
    let review = StackStatus::ReviewInProgress;
    let operation = StartedOperation {
        stack: &ready.stack,
        status: before.map_or(&review, |stack| &stack.status),
        changed: before.map(|stack| stack.changed()),
        token: &token,
        ends_with: |_| true,
        deadline: deadline::operation_deadline(context),
    };
    // An import changes no outputs: the stack keeps its digest, if it had one.
    let digest = Some(step.digest.as_str()).filter(|digest| !digest.is_empty());
    let as_planned =
        |stack: &Stack| is_complete(&stack.status) && stack.output(DIGEST_OUTPUT) == digest;
    let result = match operation.finish(context, as_planned).await {
        Ok(result) => result,
        Err(outcome) => {
            // The update is still running, and the policy applies throughout.
            if policy_override.is_some() {
                context.warn(
                    "its stack policy still allows the acknowledged changes; the next run restores it"
                        .to_owned(),
                );
            }
            return Err(outcome);
        }
    };
    let (mut stack, status, why) = match result {
        OperationResult::Succeeded(stack) => {
            let status = stack.status.clone();
            (stack, status, None)
        }
        OperationResult::Ended(stack, status, why) => (stack, status, Some(why)),
        OperationResult::Unattributed(stack, _) if is_complete(&stack.status) => {
            restore_policy(context, step, &ready.stack, policy_override).await;
            return Err(StepOutcome::stale("another caller changed it first"));
        }
        OperationResult::DeadlineExceeded(stack) => {
            let attempted = if step.exists {
                "updating it"
            } else {
                "creating it"
            };
            let outcome = deadline::exceeded(context, attempted, &stack).await;
            restore_policy(context, step, &ready.stack, policy_override).await;
            return Err(outcome);
        }
        OperationResult::StackDeleted => return Err(deleted_by_another()),
        OperationResult::Unattributed(stack, _) if stack.status == StackStatus::DeleteComplete => {
            return Err(deleted_by_another());
        }
        OperationResult::Unattributed(stack, why) => {
            let status = stack.status.clone();
            (stack, status, Some(why))
        }
    };
    if why.is_some() {
        restore_policy(context, step, &ready.stack, policy_override).await;
    }
    if is_complete(&status) {
        protect::protect_deployed(
            context,
            &mut stack,
            step.termination_protection,
            step.policy.as_deref(),
            policy_override.is_some(),
        )
        .await?;
        return Ok(match why {
            None => Success::Changed(Box::new(stack)),
            Some(_) => Success::Superseded(status),
        });
    }
    let reason = stack.status_reason.as_deref();
    let outcome = failure::operation_failed(
        match status {
            StackStatus::DeleteComplete | StackStatus::DeleteFailed => {
                "its deletion by another caller"
            }
            _ if step.exists => "updating it",
            _ => "creating it",
        },
        &status,
        reason.filter(|_| status == stack.status),
        why.unwrap_or_default(),
    );
    let findings = context.execution.plan.findings.iter();
    let here = findings.filter(|finding| finding.stack == context.step.stack);
    let outcome = failure::with_orphans(outcome, here);
    Err(failure::with_deleted_resources(
        outcome,
        &context.step.stack,
    ))
}

fn deleted_by_another() -> StepOutcome {
    StepOutcome::stale("another caller deleted it")
}

/// Whether it is the status of a successful creation, update or import.
const fn is_complete(status: &StackStatus) -> bool {
    matches!(
        status,
        StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::ImportComplete
    )
}

/// `ExecuteChangeSet`. After a lost answer the change set tells whether it took effect, or the stack
/// where the change set was deleted with its execution.
async fn execute_change_set<P: CloudFormation>(
    context: &StepContext<'_, P>,
    before: Option<&Stack>,
    pending: &PendingChangeSet,
    token: &ClientToken,
) -> StepResult<()> {
    let find_result = || async { Ok(is_executed(context, before, pending).await?.then_some(())) };
    let port = context.port();
    let answer = context
        .start(
            || port.execute_change_set(&pending.stack, &pending.id, token),
            find_result,
        )
        .await;
    let Err(error) = answer else { return Ok(()) };
    if error.is_transient() || error.is_about_credentials() {
        // It may have been executed, and must not be deleted then.
        return Err(failure::call_failed(
            "executing the change set",
            &error,
            None,
        ));
    }
    if let ClientError::ChangeSetNotFound(_) = error {
        let outcome = change_set::deleted(context, pending, before).await;
        change_set::discard(context, pending).await;
        return Err(outcome);
    }
    change_set::discard(context, pending).await;
    Err(match error {
        ClientError::Busy(message) => {
            StepOutcome::stale(format!("another operation is in progress: {message}"))
        }
        error => failure::call_failed("executing the change set", &error, None),
    })
}

async fn is_executed<P: CloudFormation>(
    context: &StepContext<'_, P>,
    before: Option<&Stack>,
    pending: &PendingChangeSet,
) -> ClientResult<bool> {
    match change_set::describe(context, pending, None).await? {
        Some(view) => Ok(view.execution.is_executed()),
        None => {
            let now = context.stack(&pending.stack).await?;
            Ok(now.is_some_and(|now| has_changed(before, &now)))
        }
    }
}

/// Restores the stack policy after an override.
async fn restore_policy<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
    stack: &StackId,
    policy_override: Option<&str>,
) {
    let (Some(_), Some(policy)) = (policy_override, &step.policy) else {
        return;
    };
    if let Err(error) = set_policy(context, stack, policy).await {
        context.warn(format!(
            "its stack policy could not be restored and still allows the acknowledged changes: \
             {error}; the next run restores it"
        ));
    }
}
