//! Why an operation failed, read from its events. Pure.
//!
//! CloudFormation cancels what else is going on when a resource fails, and reports each as a
//! failure of its own, newest first. What a person needs is the first one.

use super::outcome::ResourceFailure;
use cloudformation::StackEvent;
use cloudformation::status::{ResourceStatus, StackStatus};

/// What the events of a failed operation say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What failed first.
    pub cause: Option<ResourceFailure>,
    /// What else failed by itself before CloudFormation turned back.
    pub others: Vec<ResourceFailure>,
    /// What failed while it was turning back: why a rollback did not finish.
    pub turning_back: Vec<ResourceFailure>,
}

/// Explains an operation.
///
/// `events` are the stack's, newest first, as CloudFormation gives them; their times have ties, so
/// the order is what counts. `stack` is the stack's id. `token` is the one of the call that began
/// the operation.
#[must_use]
pub fn explain(events: &[StackEvent], stack: &str, token: &str) -> Explanation {
    let mut explanation = Explanation::default();
    // The stack's own event with which it turned back, and whether anything came before.
    let mut turned: Option<&StackEvent> = None;
    let mut went_forward = false;
    for event in operation(events, stack, token).into_iter().rev() {
        if is_of_stack(event, stack) {
            if turned.is_none() && turns_back(&event.status) {
                turned = Some(event);
            }
            went_forward |= turned.is_none();
            continue;
        }
        if !event.status.is_failed() || was_cancelled(event) {
            continue;
        }
        let failure = failure(event);
        if turned.is_some() {
            explanation.turning_back.push(failure);
        } else if explanation.cause.is_none() {
            explanation.cause = Some(failure);
        } else if !explanation.names(&failure.logical_id) {
            explanation.others.push(failure);
        }
    }
    if explanation.cause.is_none() {
        explanation.cause = if !went_forward && !explanation.turning_back.is_empty() {
            // A rollback that was continued: its cause is what keeps it from finishing.
            Some(explanation.turning_back.remove(0))
        } else {
            // No resource failed by itself: an export that is taken, a validation, somebody who
            // cancelled. The stack's own event says it.
            turned.filter(|event| event.reason.is_some()).map(failure)
        };
    }
    explanation
}

/// The events of the operation, newest first. What somebody does to it, who cancels it or deletes the
/// stack meanwhile, is part of it.
fn operation<'a>(events: &'a [StackEvent], stack: &str, token: &str) -> Vec<&'a StackEvent> {
    let of_token = |event: &&StackEvent| event.token.as_deref() == Some(token);
    let mut own = Vec::new();
    for event in events.iter().rev().skip_while(|event| !of_token(event)) {
        own.push(event);
        let status = StackStatus::from(event.status.as_str());
        if is_of_stack(event, stack) && !status.is_in_progress() {
            break;
        }
    }
    if !own.is_empty() {
        own.reverse();
        return own;
    }
    // Without tokens: back to where the last operation began.
    let mut last = Vec::new();
    for event in events {
        last.push(event);
        if begins(event, stack) {
            break;
        }
    }
    last
}

/// Whether it is the event with which the operation of this token began.
pub(super) fn is_beginning(event: &StackEvent, stack: &str, token: &str) -> bool {
    event.token.as_deref() == Some(token) && begins(event, stack)
}

fn begins(event: &StackEvent, stack: &str) -> bool {
    is_of_stack(event, stack)
        && matches!(
            event.status,
            ResourceStatus::CreateInProgress
                | ResourceStatus::UpdateInProgress
                | ResourceStatus::DeleteInProgress
        )
}

/// The status that the operation of this token gave its stack last. It ends with the first status
/// that is one of rest: a stack has one operation at a time, and what somebody does to this one (who
/// cancels it, or deletes the stack meanwhile) has a token of its own. What is done to the stack
/// after that does not count.
pub(super) fn status(events: &[StackEvent], stack: &str, token: &str) -> Option<StackStatus> {
    let mut since = events
        .iter()
        .rev()
        .filter(|event| is_of_stack(event, stack))
        .skip_while(|event| event.token.as_deref() != Some(token))
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

/// When what goes on in a stack began, by its events, newest first. Nothing where they don't tell.
pub(super) fn begun_at(events: &[StackEvent], stack: &str) -> Option<String> {
    events
        .iter()
        .filter(|event| is_of_stack(event, stack))
        .take_while(|event| StackStatus::from(event.status.as_str()).is_in_progress())
        .last()
        .map(|event| event.at.clone())
}

/// The resources of which the newest event says that something goes on, since the stack last rested.
pub(super) fn going_on(events: &[StackEvent], stack: &str) -> Vec<ResourceFailure> {
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for event in events {
        if is_of_stack(event, stack) {
            if !StackStatus::from(event.status.as_str()).is_in_progress() {
                break;
            }
            continue;
        }
        if seen.contains(&event.logical_id.as_str()) {
            continue;
        }
        seen.push(&event.logical_id);
        if event.status.is_in_progress() {
            found.push(failure(event));
        }
    }
    // What began first is likelier to be what the others wait for.
    found.reverse();
    found
}

/// Whether it is an event of the stack itself.
pub(super) fn is_of_stack(event: &StackEvent, stack: &str) -> bool {
    event.physical_id.as_deref() == Some(stack)
}

/// Whether the stack gives up with this status, or has.
fn turns_back(status: &ResourceStatus) -> bool {
    status.as_str().contains("ROLLBACK") || status.is_failed()
}

/// The words are CloudFormation's for what it stopped because something else failed.
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
    fn names(&self, logical_id: &str) -> bool {
        self.cause
            .iter()
            .chain(&self.others)
            .any(|failure| failure.logical_id == logical_id)
    }
}
