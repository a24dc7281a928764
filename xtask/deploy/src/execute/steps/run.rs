//! The dispatch of a step to its kind.

use super::success::Success;
use super::{delete, deploy, protect, recover};
use crate::execute::context::{StepContext, StepResult};
use crate::execute::outcome::StepOutcome;
use crate::plan::{Observation, Operation};
use cloudformation::CloudFormation;
use cloudformation::status::StackStatus;

pub(in crate::execute) struct FinishedStep {
    pub(in crate::execute) outcome: StepOutcome,
    /// The new observation of the stack, where the step changed it.
    pub(in crate::execute) observation: Option<Observation>,
}

/// Executes a step, if its stack is as observed.
pub(in crate::execute) async fn run<P: CloudFormation>(
    context: StepContext<'_, P>,
    observed: Option<Observation>,
) -> FinishedStep {
    let observed = observed.as_ref();
    let result: StepResult<Success> = match &context.step.operation {
        Operation::Deploy(step) => deploy::deploy(&context, step, observed).await,
        Operation::Protect {
            termination_protection,
            policy,
        } => {
            let policy = policy.as_deref();
            protect::protect(&context, *termination_protection, policy, observed).await
        }
        Operation::Recover(recovery) => recover::recover(&context, *recovery, observed).await,
        Operation::Delete { unprotect, .. } => delete::delete(&context, *unprotect, observed).await,
    };
    let (outcome, observation) = match result {
        Ok(Success::Changed(stack)) => {
            let observation = Observation::of(Some(&stack));
            let status = stack.status;
            (StepOutcome::Done { status }, Some(observation))
        }
        Ok(Success::Unchanged(stack)) => {
            let observation = Observation::of(Some(&stack));
            (StepOutcome::Unchanged, Some(observation))
        }
        Ok(Success::Superseded(status)) => (StepOutcome::Done { status }, None),
        Ok(Success::Deleted) => {
            let status = StackStatus::DeleteComplete;
            (StepOutcome::Done { status }, Some(Observation::of(None)))
        }
        Err(outcome) => (outcome, None),
    };
    FinishedStep {
        outcome,
        observation,
    }
}
