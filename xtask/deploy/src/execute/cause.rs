//! The root cause of a failed operation, read from its stack's events. Pure.
//!
//! When a resource fails, CloudFormation cancels the others in progress and reports each of them as
//! failed, newest first. The root cause is the first failure that is not such a cancellation.

use super::outcome::ResourceFailure;
use cloudformation::StackEvent;
use cloudformation::status::{ResourceStatus, StackStatus};
use cloudformation::{ClientToken, LogicalId, StackId};

/// Why an operation failed, according to its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The resource that failed first.
    pub cause: Option<ResourceFailure>,
    /// Other resources that failed on their own before the rollback.
    pub others: Vec<ResourceFailure>,
    /// Resources that failed during the rollback, which keep it from finishing.
    pub rollback_failures: Vec<ResourceFailure>,
}

/// Explains a failed operation.
///
/// `events` are the stack's, newest first, as CloudFormation returns them. Their times have ties, so
/// their order counts. `stack` is the stack's id, `token` the one of the call that started the
/// operation.
#[must_use]
pub fn explain(events: &[StackEvent], stack: &StackId, token: &ClientToken) -> Explanation {
    let mut explanation = Explanation::default();
    // The stack's own event that starts the rollback, and whether any came before it.
    let mut rollback: Option<&StackEvent> = None;
    let mut went_forward = false;
    for event in operation_events(events, stack, token).into_iter().rev() {
        if event.is_of_stack(stack) {
            if rollback.is_none() && is_rollback(&event.status) {
                rollback = Some(event);
            }
            went_forward |= rollback.is_none();
            continue;
        }
        if !event.status.is_failed() || was_cancelled(event) {
            continue;
        }
        let failure = failure(event);
        if rollback.is_some() {
            explanation.rollback_failures.push(failure);
        } else if explanation.cause.is_none() {
            explanation.cause = Some(failure);
        } else if !explanation.names(&failure.logical_id) {
            explanation.others.push(failure);
        }
    }
    if explanation.cause.is_none() {
        explanation.cause = if !went_forward && !explanation.rollback_failures.is_empty() {
            // A continued rollback: what fails in it is the cause.
            Some(explanation.rollback_failures.remove(0))
        } else {
            // No resource failed on its own: an export name that is taken, a validation, a
            // cancellation. The stack's own event gives the reason.
            rollback.filter(|event| event.reason.is_some()).map(failure)
        };
    }
    explanation
}

/// The events of the operation, newest first, including those of another caller who cancels it or
/// deletes the stack meanwhile.
fn operation_events<'a>(
    events: &'a [StackEvent],
    stack: &StackId,
    token: &ClientToken,
) -> Vec<&'a StackEvent> {
    let is_own = |event: &&StackEvent| event.token.as_ref() == Some(token);
    let mut own = Vec::new();
    for event in events.iter().rev().skip_while(|event| !is_own(event)) {
        own.push(event);
        let status = StackStatus::from(event.status.as_str());
        if event.is_of_stack(stack) && !status.is_in_progress() {
            break;
        }
    }
    if !own.is_empty() {
        own.reverse();
        return own;
    }
    // Without tokens: back to the start of the last operation.
    let mut last = Vec::new();
    for event in events {
        last.push(event);
        if is_start(event, stack) {
            break;
        }
    }
    last
}

/// Whether it is the first event of the operation with this token.
pub(super) fn starts_operation(event: &StackEvent, stack: &StackId, token: &ClientToken) -> bool {
    event.token.as_ref() == Some(token) && is_start(event, stack)
}

fn is_start(event: &StackEvent, stack: &StackId) -> bool {
    event.is_of_stack(stack)
        && matches!(
            event.status,
            ResourceStatus::CreateInProgress
                | ResourceStatus::UpdateInProgress
                | ResourceStatus::DeleteInProgress
        )
}

/// The last status that the operation with this token gave its stack. The first terminal status ends
/// it: a stack has one operation at a time, and another caller who cancels it or deletes the stack
/// meanwhile has another token. What happens to the stack afterwards does not count.
pub(super) fn operation_status(
    events: &[StackEvent],
    stack: &StackId,
    token: &ClientToken,
) -> Option<StackStatus> {
    let mut since = events
        .iter()
        .rev()
        .filter(|event| event.is_of_stack(stack))
        .skip_while(|event| event.token.as_ref() != Some(token))
        .map(|event| StackStatus::from(event.status.as_str()));
    let mut last = since.next()?;
    for status in since {
        if !last.is_in_progress() {
            break;
        }
        last = status;
    }
    Some(last)
}

/// When the operation in progress started, according to the stack's events, newest first.
pub(super) fn started_at(events: &[StackEvent], stack: &StackId) -> Option<String> {
    events
        .iter()
        .filter(|event| event.is_of_stack(stack))
        .take_while(|event| StackStatus::from(event.status.as_str()).is_in_progress())
        .last()
        .map(|event| event.at.clone())
}

/// The resources whose newest event in the operation in progress is itself one of progress.
pub(super) fn resources_in_progress(
    events: &[StackEvent],
    stack: &StackId,
) -> Vec<ResourceFailure> {
    let mut seen: Vec<&LogicalId> = Vec::new();
    let mut in_progress = Vec::new();
    for event in events {
        if event.is_of_stack(stack) {
            if !StackStatus::from(event.status.as_str()).is_in_progress() {
                break;
            }
            continue;
        }
        if seen.contains(&&event.logical_id) {
            continue;
        }
        seen.push(&event.logical_id);
        if event.status.is_in_progress() {
            in_progress.push(failure(event));
        }
    }
    // The others are likely to wait for the one that started first.
    in_progress.reverse();
    in_progress
}

fn is_rollback(status: &ResourceStatus) -> bool {
    status.as_str().contains("ROLLBACK") || status.is_failed()
}

/// Recognizes the reason that CloudFormation gives for a resource that it stopped because another
/// one failed.
fn was_cancelled(event: &StackEvent) -> bool {
    event.reason.as_deref().is_some_and(|reason| {
        let reason = reason.to_ascii_lowercase();
        ["creation", "update", "deletion"]
            .iter()
            .any(|what| reason.starts_with(&format!("resource {what} cancelled")))
    })
}

fn failure(event: &StackEvent) -> ResourceFailure {
    ResourceFailure {
        logical_id: event.logical_id.clone(),
        physical_id: event.physical_id.clone().filter(|id| !id.is_empty()),
        resource_type: event.resource_type.clone(),
        status: event.status.clone(),
        reason: event
            .reason
            .clone()
            .unwrap_or_else(|| "CloudFormation gives no reason".to_owned()),
    }
}

impl Explanation {
    fn names(&self, logical_id: &LogicalId) -> bool {
        self.cause
            .iter()
            .chain(&self.others)
            .any(|failure| failure.logical_id == *logical_id)
    }
}
