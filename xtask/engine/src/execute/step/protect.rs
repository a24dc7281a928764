//! What no change set can set: the protection against deletion and the stack policy.

use super::hand::{Going, Hand};
use super::run::Success;
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::plan::Observation;
use crate::port::{Answer, CloudFormation, PortError, StackView};

/// A step that sets nothing else.
pub(super) async fn protect<P: CloudFormation>(
    hand: &Hand<'_, P>,
    termination_protection: Option<bool>,
    policy: Option<&str>,
    observed: Option<&Observation>,
) -> Going<Success> {
    let Some(mut stack) = hand.unmoved(observed).await? else {
        return Err(StepOutcome::Moved {
            difference: "it is not there".to_owned(),
        });
    };
    hand.go_on()?;
    set(hand, &mut stack, termination_protection, policy).await?;
    Ok(Success::Stack(Box::new(stack)))
}

/// Sets what is to be set, and is not. The policy first: it is what keeps resources.
pub(super) async fn set<P: CloudFormation>(
    hand: &Hand<'_, P>,
    stack: &mut StackView,
    termination_protection: Option<bool>,
    policy: Option<&str>,
) -> Going<()> {
    let status = stack.status.clone();
    let failed = |what: &str, error: &PortError| {
        failure::of_call(
            &format!("the stack is {status}, but {what}"),
            error,
            Some(status.clone()),
        )
    };
    if let Some(policy) = policy {
        set_policy(hand, &stack.id, policy)
            .await
            .map_err(|error| failed("its policy could not be set", &error))?;
    }
    if let Some(enabled) = termination_protection
        && enabled != stack.termination_protection
    {
        set_termination_protection(hand, &stack.id, enabled)
            .await
            .map_err(|error| failed("its protection against deletion could not be set", &error))?;
        stack.termination_protection = enabled;
    }
    Ok(())
}

/// Sets the stack policy.
pub(super) async fn set_policy<P: CloudFormation>(
    hand: &Hand<'_, P>,
    stack: &str,
    policy: &str,
) -> Answer<()> {
    hand.set(|| hand.port().set_stack_policy(stack, policy))
        .await
}

/// Sets the protection against deletion.
pub(super) async fn set_termination_protection<P: CloudFormation>(
    hand: &Hand<'_, P>,
    stack: &str,
    enabled: bool,
) -> Answer<()> {
    hand.set(|| hand.port().set_termination_protection(stack, enabled))
        .await
}
