//! What no change set can set: the protection against deletion and the stack policy.

use super::hand::{Going, Hand};
use super::run::Success;
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::plan::Observation;
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack};

/// A step that sets nothing else.
pub(super) async fn protect<P: CloudFormation>(
    hand: &Hand<'_, P>,
    termination_protection: Option<bool>,
    policy: Option<&str>,
    observed: Option<&Observation>,
) -> Going<Success> {
    let Some(mut stack) = hand.unmoved(observed).await? else {
        return Err(StepOutcome::Stale {
            difference: "it is not there".to_owned(),
        });
    };
    hand.go_on()?;
    // The policy first: it is what keeps resources.
    if let Some(policy) = policy {
        set_policy(hand, &stack.id, policy)
            .await
            .map_err(|error| unprotected(&stack, "policy", &error))?;
    }
    if let Some(enabled) = termination_protection
        && enabled != stack.termination_protection
    {
        set_termination_protection(hand, &stack.id, enabled)
            .await
            .map_err(|error| unprotected(&stack, "protection against deletion", &error))?;
        stack.termination_protection = enabled;
    }
    Ok(Success::Stack(Box::new(stack)))
}

/// Protects a stack that a change set has created or changed, where it is not protected as it is to
/// be.
///
/// The role that releases one application may not protect its stack; the next deployment of the
/// definition does. Being refused is therefore told and not a failure, unless this step has taken
/// the protection off itself (`relaxed`).
pub(super) async fn protect_deployed<P: CloudFormation>(
    hand: &Hand<'_, P>,
    stack: &mut Stack,
    termination_protection: bool,
    policy: Option<&str>,
    relaxed: bool,
) -> Going<()> {
    if let Some(policy) = policy
        && (relaxed || !has_policy(hand, &stack.id, policy).await)
    {
        match set_policy(hand, &stack.id, policy).await {
            Ok(()) => {}
            Err(ClientError::AccessDenied(message)) if !relaxed => later(hand, "policy", &message),
            Err(error) => return Err(unprotected(stack, "policy", &error)),
        }
    }
    if termination_protection != stack.termination_protection {
        match set_termination_protection(hand, &stack.id, termination_protection).await {
            Ok(()) => stack.termination_protection = termination_protection,
            Err(ClientError::AccessDenied(message)) => {
                later(hand, "protection against deletion", &message)
            }
            Err(error) => return Err(unprotected(stack, "protection against deletion", &error)),
        }
    }
    Ok(())
}

fn later<P: CloudFormation>(hand: &Hand<'_, P>, what: &str, message: &str) {
    hand.warn(format!(
        "its {what} is left to the next deployment of the definition: {message}"
    ));
}

fn unprotected(stack: &Stack, what: &str, error: &ClientError) -> StepOutcome {
    if matches!(error, ClientError::StackNotFound(_)) {
        return failure::deleted_since();
    }
    failure::of_call(
        &format!(
            "the stack is {}, but its {what} could not be set",
            stack.status
        ),
        error,
        Some(stack.status.clone()),
    )
}

/// Whether the stack has the policy. Where that can't be read, it is set.
async fn has_policy<P: CloudFormation>(hand: &Hand<'_, P>, stack: &str, policy: &str) -> bool {
    match hand.read(|| hand.port().stack_policy(stack)).await {
        Ok(found) => found.as_deref() == Some(policy),
        Err(error) => {
            hand.warn_retry(&error);
            false
        }
    }
}

/// Sets the stack policy.
pub(super) async fn set_policy<P: CloudFormation>(
    hand: &Hand<'_, P>,
    stack: &str,
    policy: &str,
) -> ClientResult<()> {
    hand.set(|| hand.port().set_stack_policy(stack, policy))
        .await
}

/// Sets the protection against deletion.
pub(super) async fn set_termination_protection<P: CloudFormation>(
    hand: &Hand<'_, P>,
    stack: &str,
    enabled: bool,
) -> ClientResult<()> {
    hand.set(|| hand.port().set_termination_protection(stack, enabled))
        .await
}
