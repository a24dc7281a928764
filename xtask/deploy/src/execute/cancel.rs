//! Cancels what a walk that was left is still doing.

use std::collections::BTreeMap;

use super::options::Options;
use super::outcome::{Outcome, StepOutcome};
use super::stop::Stop;
use crate::calls::Calls;
use crate::plan::{Operation, Plan, Recovery};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, CloudFormation};

/// What came of cancelling an update.
#[derive(Debug)]
pub enum Cancellation {
    /// CloudFormation rolls the update back.
    Started,
    /// Only updates can be cancelled, and this is none, or none any more.
    NotUpdating(Option<StackStatus>),
    /// It could not be cancelled.
    Failed(ClientError),
}

/// Whether a walk left an update that may be cancelled: one that it began, or one that it found going
/// on and waited for.
#[must_use]
pub fn has_left_updates(plan: &Plan, outcome: &Outcome) -> bool {
    plan.steps.iter().any(|step| {
        let updates = match &step.operation {
            Operation::Deploy(deploy) => deploy.exists,
            Operation::Recover(Recovery::Wait) => plan
                .observed
                .get(&step.stack)
                .is_some_and(|seen| seen.status == Some(StackStatus::UpdateInProgress)),
            _ => false,
        };
        updates && outcome.steps.get(&step.id) == Some(&StepOutcome::Detached)
    })
}

/// Cancels the updates of the steps that a walk left while they were going on, and tells of each
/// stack what came of it. Does not wait for the rollbacks.
pub async fn cancel_updates<P: CloudFormation>(
    port: &P,
    plan: &Plan,
    outcome: &Outcome,
    options: &Options,
) -> BTreeMap<String, Cancellation> {
    let calls = Calls::new(port, &options.rate_limits, &options.run, Stop::never());
    let mut cancelled = BTreeMap::new();
    for (index, step) in plan.steps.iter().enumerate() {
        if outcome.steps.get(&step.id) != Some(&StepOutcome::Detached) {
            continue;
        }
        let token = format!("{}-{}-cancel", options.run, index + 1);
        let result = cancel(&calls, &step.stack, &token).await;
        cancelled.insert(
            step.stack.clone(),
            result.unwrap_or_else(Cancellation::Failed),
        );
    }
    cancelled
}

async fn cancel<P: CloudFormation>(
    calls: &Calls<'_, P>,
    stack: &str,
    token: &str,
) -> Result<Cancellation, ClientError> {
    let port = calls.port;
    let view = calls.read(|| port.stack(stack), |_| ()).await?;
    let view = match view {
        Some(view) if view.status == StackStatus::UpdateInProgress => view,
        other => return Ok(Cancellation::NotUpdating(other.map(|view| view.status))),
    };
    let settled = || async {
        let now = calls.read(|| port.stack(&view.id), |_| ()).await?;
        Ok(now
            .filter(|now| now.status != StackStatus::UpdateInProgress)
            .map(|_| ()))
    };
    match calls
        .write(|| port.cancel_update(&view.id, token), settled, |_| ())
        .await
    {
        Ok(()) | Err(ClientError::AlreadyAccepted(_)) => Ok(Cancellation::Started),
        Err(error) => Err(error),
    }
}
