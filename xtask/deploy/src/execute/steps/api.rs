//! Calls that more than one kind of step makes.

use crate::execute::context::StepContext;
use crate::plan::Operation;
use cloudformation::ClientToken;
use cloudformation::status::StackStatus;
use cloudformation::{ClientResult, CloudFormation, StackId};

/// `DeleteStack`. After a lost answer, the stack's status tells whether it took effect.
pub(super) async fn delete_stack<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &StackId,
    token: &ClientToken,
) -> ClientResult<()> {
    let role = match &context.step.operation {
        Operation::Delete { role, .. } => role.as_deref(),
        _ => None,
    };
    let call = || context.port().delete_stack(stack, &[], role, token);
    let find_result = || async {
        let status = context.stack(stack).await?.map(|stack| stack.status);
        Ok(match status {
            None | Some(StackStatus::DeleteInProgress | StackStatus::DeleteComplete) => Some(()),
            Some(_) => None,
        })
    };
    context.start(call, find_result).await
}

pub(super) async fn set_policy<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &StackId,
    policy: &str,
) -> ClientResult<()> {
    context
        .set(|| context.port().set_stack_policy(stack, policy))
        .await
}

/// `UpdateTerminationProtection`.
pub(super) async fn set_termination_protection<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &StackId,
    enabled: bool,
) -> ClientResult<()> {
    context
        .set(|| context.port().set_termination_protection(stack, enabled))
        .await
}
