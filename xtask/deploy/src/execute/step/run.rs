//! Does a step.

use super::hand::{Going, Hand};
use super::{delete, deploy, protect, recover};
use crate::execute::outcome::StepOutcome;
use crate::plan::{Observation, Operation};
use cloudformation::status::StackStatus;
use cloudformation::{CloudFormation, Stack};

/// How a step ended.
pub(in crate::execute) struct Ending {
    /// How.
    pub(in crate::execute) outcome: StepOutcome,
    /// What is to be observed of its stack from now on, where the step changed it.
    pub(in crate::execute) observation: Option<Observation>,
}

/// What a step that succeeded left.
pub(super) enum Success {
    /// Its stack.
    Stack(Box<Stack>),
    /// Its stack, which needed nothing.
    Unchanged(Box<Stack>),
    /// It ended with this, and somebody else has changed the stack since. What is to be observed of
    /// it is not known, so that a later step sees that it has moved.
    Overtaken(StackStatus),
    /// No stack.
    Gone,
}

/// Does a step, if its stack is as it was observed.
pub(in crate::execute) async fn run<P: CloudFormation>(
    hand: Hand<'_, P>,
    observed: Option<Observation>,
) -> Ending {
    let observed = observed.as_ref();
    let done: Going<Success> = match &hand.step.operation {
        Operation::Deploy(step) => deploy::deploy(&hand, step, observed).await,
        Operation::Protect {
            termination_protection,
            policy,
        } => protect::protect(&hand, *termination_protection, policy.as_deref(), observed).await,
        Operation::Recover(recovery) => recover::recover(&hand, *recovery, observed).await,
        Operation::Delete { unprotect, .. } => delete::delete(&hand, *unprotect, observed).await,
    };
    match done {
        Ok(Success::Stack(stack)) => Ending {
            observation: Some(Observation::of(Some(&stack))),
            outcome: StepOutcome::Done {
                status: stack.status,
            },
        },
        Ok(Success::Unchanged(stack)) => Ending {
            observation: Some(Observation::of(Some(&stack))),
            outcome: StepOutcome::Unchanged,
        },
        Ok(Success::Overtaken(status)) => Ending {
            observation: None,
            outcome: StepOutcome::Done { status },
        },
        Ok(Success::Gone) => Ending {
            observation: Some(Observation::of(None)),
            outcome: StepOutcome::Done {
                status: StackStatus::DeleteComplete,
            },
        },
        Err(outcome) => Ending {
            outcome,
            observation: None,
        },
    }
}
