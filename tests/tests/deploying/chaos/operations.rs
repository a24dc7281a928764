//! The operations that really happened, by the events of a stack.
//!
//! They are read without any fault between, so nothing of them is late. Which operation is whose is
//! reported by the token of the call that began it.

use std::collections::BTreeMap;

use cloudformation::{ClientToken, LogicalId, StackEvent, StackId, StackName, StackNameOrId};
use common::assembly::Assembly;
use emulator::api::Time;

use crate::support::Sandbox;

/// An operation, from the event with which it began to the one with which it ended.
pub(super) struct Operation {
    pub(super) stack: StackId,
    /// The stack's statuses, oldest first.
    pub(super) statuses: Vec<String>,
    /// Whether nothing was begun with the stack since.
    pub(super) latest: bool,
    /// What happened to its resources, oldest first, until it turned back.
    resources: Vec<StackEvent>,
}

impl Operation {
    /// The operation that this token began with a stack of this name.
    pub(super) fn find(
        sandbox: &Sandbox,
        assembly: &Assembly,
        name: &StackName,
        token: &ClientToken,
    ) -> Option<Self> {
        let of_name = format!(":stack/{name}/");
        let ids = sandbox.stack_ids(assembly);
        ids.into_iter()
            .filter(|id| id.as_str().contains(&of_name))
            .find_map(|id| Self::of(id.clone(), sandbox.events(assembly, &id), token))
    }

    fn of(stack: StackId, events: Vec<StackEvent>, token: &ClientToken) -> Option<Self> {
        let mut since = events
            .into_iter()
            .skip_while(|event| !event.is_of_stack(&stack) || event.token.as_ref() != Some(token));
        let (mut statuses, mut resources) = (Vec::new(), Vec::new());
        let mut turned = false;
        for event in since.by_ref() {
            if !event.is_of_stack(&stack) {
                if !turned {
                    resources.push(event);
                }
                continue;
            }
            // What fails in a rollback is not why it was rolled back.
            turned = !statuses.is_empty() && event.status.as_str().contains("ROLLBACK");
            // Who cancels it, or deletes the stack meanwhile, ends it.
            let is_over = !event.status.is_in_progress();
            statuses.push(event.status.to_string());
            if is_over {
                break;
            }
        }
        let latest = !since.any(|event| event.is_of_stack(&stack));
        (!statuses.is_empty()).then_some(Self {
            stack,
            statuses,
            latest,
            resources,
        })
    }

    pub(super) fn ended(&self) -> Option<&str> {
        let last = self.statuses.last().map(String::as_str);
        last.filter(|status| !status.ends_with("_IN_PROGRESS"))
    }

    /// The resource that failed first of itself.
    pub(super) fn first_failure(&self) -> Option<&StackEvent> {
        self.resources
            .iter()
            .find(|event| event.status.is_failed() && !is_cancelled(event))
    }
}

/// Whether it was broken off since something else failed.
fn is_cancelled(event: &StackEvent) -> bool {
    let reason = event.reason.as_deref();
    reason.is_some_and(|reason| reason.contains("cancelled"))
}

/// Whether a stack had a status since then: of an id, or of a name.
pub(super) fn was(
    sandbox: &Sandbox,
    assembly: &Assembly,
    stack: &StackNameOrId,
    status: &str,
    since: Time,
) -> bool {
    let of_name = format!(":stack/{stack}/");
    let ids = sandbox.stack_ids(assembly);
    ids.iter()
        .filter(|id| id.as_str() == stack.as_str() || id.as_str().contains(&of_name))
        .any(|id| {
            let events = sandbox.own_events(assembly, id);
            // It had it then already, or got it since.
            let at_first = events.iter().rev().find(|event| at(event) < since);
            let later = events.iter().filter(|event| at(event) >= since);
            at_first
                .into_iter()
                .chain(later)
                .any(|event| event.status == status)
        })
}

/// How long nothing takes that is not slow.
const SLOW: u64 = 9 * 60 * 1_000;

/// What went wrong with stacks and resources, one by one.
pub(super) fn faults(sandbox: &Sandbox, assembly: &Assembly) -> Vec<&'static str> {
    let mut faults = Vec::new();
    for id in sandbox.stack_ids(assembly) {
        let mut begun: BTreeMap<LogicalId, Time> = BTreeMap::new();
        for event in sandbox.events(assembly, &id) {
            if event.is_of_stack(&id) {
                match event.status.as_str() {
                    "ROLLBACK_FAILED" | "UPDATE_ROLLBACK_FAILED" => {
                        faults.push("rollbacks that failed");
                    }
                    "DELETE_FAILED" => faults.push("deletions that failed"),
                    _ => {}
                }
            } else if event.status.is_in_progress() {
                let since = at(&event);
                begun.insert(event.logical_id, since);
            } else {
                let since = begun.remove(&event.logical_id).unwrap_or(at(&event));
                if at(&event).0 - since.0 > SLOW {
                    faults.push("resources that were slow");
                }
                if event.status.is_failed() && !is_cancelled(&event) {
                    faults.push("resources that failed");
                }
            }
        }
    }
    faults
}

/// When it happened.
pub(super) fn at(event: &StackEvent) -> Time {
    event.at.parse().unwrap()
}
