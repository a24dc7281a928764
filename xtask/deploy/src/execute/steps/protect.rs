//! Stack policy and termination protection, which no change set contains.

use std::borrow::Cow;

use super::api::{set_policy, set_termination_protection};
use super::success::Success;
use crate::execute::context::{StepContext, StepResult};
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::plan::{DeployStep, Observation, stack_policy};
use cloudformation::{
    ChangeAction, ClientError, CloudFormation, Replacement, ResourceChange, Stack,
};

/// A step that changes nothing else.
pub(super) async fn protect<P: CloudFormation>(
    context: &StepContext<'_, P>,
    termination_protection: Option<bool>,
    policy: Option<&str>,
    observed: Option<&Observation>,
) -> StepResult<Success> {
    let Some(mut stack) = context.ensure_unchanged(observed).await? else {
        return Err(StepOutcome::stale("it does not exist"));
    };
    context.check_cancelled()?;
    // The policy first: it protects the resources.
    if let Some(policy) = policy {
        set_policy(context, &stack.id, policy)
            .await
            .map_err(|error| protection_failed(&stack, "policy", &error))?;
    }
    if let Some(enabled) = termination_protection
        && enabled != stack.termination_protection
    {
        set_termination_protection(context, &stack.id, enabled)
            .await
            .map_err(|error| protection_failed(&stack, "termination protection", &error))?;
        stack.termination_protection = enabled;
    }
    Ok(Success::Changed(Box::new(stack)))
}

/// Protects a stack that a change set created or changed, where it is not protected as defined.
///
/// The role that releases one application may not protect its stack; the next deployment of the
/// definition does. So a denial is a warning and no failure, unless this step has overridden the
/// policy itself.
pub(super) async fn protect_deployed<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &mut Stack,
    termination_protection: bool,
    policy: Option<&str>,
    overridden: bool,
) -> StepResult<()> {
    if let Some(policy) = policy
        && (overridden || !has_policy(context, &stack.id, policy).await)
    {
        match set_policy(context, &stack.id, policy).await {
            Ok(()) => {}
            Err(ClientError::AccessDenied(message)) if !overridden => {
                postpone(context, "policy", &message)
            }
            Err(error) => return Err(protection_failed(stack, "policy", &error)),
        }
    }
    if termination_protection != stack.termination_protection {
        match set_termination_protection(context, &stack.id, termination_protection).await {
            Ok(()) => stack.termination_protection = termination_protection,
            Err(ClientError::AccessDenied(message)) => {
                postpone(context, "termination protection", &message)
            }
            Err(error) => return Err(protection_failed(stack, "termination protection", &error)),
        }
    }
    Ok(())
}

fn postpone<P: CloudFormation>(context: &StepContext<'_, P>, what: &str, message: &str) {
    context.warn(format!(
        "the next deployment of the definition sets its {what}: {message}"
    ));
}

fn protection_failed(stack: &Stack, what: &str, error: &ClientError) -> StepOutcome {
    if matches!(error, ClientError::StackNotFound(_)) {
        return failure::deleted_meanwhile();
    }
    failure::call_failed(
        &format!(
            "the stack is {}, but its {what} could not be set",
            stack.status
        ),
        error,
        Some(stack.status.clone()),
    )
}

/// Where the policy can't be read, it counts as missing and is set.
async fn has_policy<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &str,
    policy: &str,
) -> bool {
    match context.read(|| context.port().stack_policy(stack)).await {
        Ok(current) => current.as_deref() == Some(policy),
        Err(error) => {
            context.warn_retry(&error);
            false
        }
    }
}

/// The stack policy during the step, if it needs another one: the plan's, or one that allows
/// acknowledged changes that only the change set shows.
pub(super) fn policy_override<'a>(
    step: &'a DeployStep,
    changes: &[ResourceChange],
) -> Option<Cow<'a, str>> {
    let planned = step.policy_override.as_ref();
    let planned = planned.map(|planned| planned.policy.as_str());
    let in_force = planned.or(step.policy.as_deref())?;
    let denied = changes
        .iter()
        .filter(|change| is_loss(change) && step.acknowledged.contains(&change.logical_id))
        .any(|change| denies(in_force, &change.logical_id));
    if denied {
        let rest = step.guarded.difference(&step.acknowledged);
        Some(Cow::Owned(stack_policy(&rest.cloned().collect())))
    } else {
        planned.map(Cow::Borrowed)
    }
}

const fn is_loss(change: &ResourceChange) -> bool {
    matches!(
        (change.action, change.replacement),
        (ChangeAction::Remove | ChangeAction::Dynamic, _)
            | (
                ChangeAction::Modify,
                Replacement::Always | Replacement::Conditional
            )
    )
}

/// Whether a policy of the planner denies changes of the resource: it names what it denies.
fn denies(policy: &str, id: &str) -> bool {
    policy.contains(&format!("\"LogicalResourceId/{id}\""))
}
