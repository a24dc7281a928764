//! Cancellation of the updates that a detached execution left running.

use std::collections::BTreeMap;

use super::options::Options;
use super::outcome::{Outcome, StepOutcome};
use crate::calls::{Calls, Stop};
use crate::plan::{Operation, Plan, Recovery};
use cloudformation::ClientToken;
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack, StackName};

#[derive(Debug)]
pub enum Cancellation {
    /// CloudFormation rolls the update back.
    Started,
    /// Only updates can be cancelled, and the stack is in this status instead.
    NotUpdating(Option<StackStatus>),
    Failed(ClientError),
}

/// Whether a detached execution left an update running: one that it started, or one that was in
/// progress before and that it waited for.
#[must_use]
pub fn has_detached_updates(plan: &Plan, outcome: &Outcome) -> bool {
    plan.steps.iter().any(|step| {
        let updates = match &step.operation {
            Operation::Deploy(deploy) => deploy.exists,
            Operation::Recover(Recovery::Wait) => plan
                .observed
                .get(&step.stack)
                .is_some_and(|observed| observed.status == Some(StackStatus::UpdateInProgress)),
            _ => false,
        };
        updates && outcome.steps.get(&step.id) == Some(&StepOutcome::Detached)
    })
}

/// Cancels the updates of all detached steps, without waiting for the rollbacks. The result is by
/// stack.
pub async fn cancel_updates<P: CloudFormation>(
    port: &P,
    plan: &Plan,
    outcome: &Outcome,
    options: &Options,
) -> BTreeMap<StackName, Cancellation> {
    let calls = Calls::new(port, &options.rate_limits, &options.run, Stop::never());
    let mut cancelled = BTreeMap::new();
    for (index, step) in plan.steps.iter().enumerate() {
        if outcome.steps.get(&step.id) != Some(&StepOutcome::Detached) {
            continue;
        }
        let token = ClientToken::new(format!("{}-{}-cancel", options.run, index + 1));
        let result = cancel_if_updating(&calls, &step.stack, &token).await;
        cancelled.insert(
            step.stack.clone(),
            result.unwrap_or_else(Cancellation::Failed),
        );
    }
    cancelled
}

async fn cancel_if_updating<P: CloudFormation>(
    calls: &Calls<'_, P>,
    stack: &StackName,
    token: &ClientToken,
) -> ClientResult<Cancellation> {
    let view = calls.read(|| calls.port.stack(stack), |_| ()).await?;
    match view {
        Some(view) if view.status == StackStatus::UpdateInProgress => {
            cancel_update(calls, &view, token, |_| ()).await?;
            Ok(Cancellation::Started)
        }
        other => Ok(Cancellation::NotUpdating(other.map(|view| view.status))),
    }
}

/// `CancelUpdateStack`. After a lost answer, the stack's status tells whether it took effect.
pub(super) async fn cancel_update<P: CloudFormation>(
    calls: &Calls<'_, P>,
    stack: &Stack,
    token: &ClientToken,
    warn: impl Fn(&ClientError) + Copy,
) -> ClientResult<()> {
    let port = calls.port;
    let find_result = || async {
        let now = calls.read(|| port.stack(&stack.id), warn).await?;
        let updating = |now: &Stack| now.status == StackStatus::UpdateInProgress;
        Ok(now.filter(|now| !updating(now)).map(|_| ()))
    };
    let call = || port.cancel_update(&stack.id, token);
    calls.start(call, find_result, warn).await
}
