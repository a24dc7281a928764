//! The events of an execution: all that renderers know of it.
//!
//! Their serialized names are read by other programs and stay, whatever the variants are called.

use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;

use super::outcome::StepOutcome;
use crate::plan::{Finding, StepId};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ResourceChange, StackEvent};

/// The events of one step come in the order in which they happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    Started {
        steps: usize,
        concurrency: usize,
    },
    StepStarted {
        step: StepId,
        stack: String,
    },
    /// The step waits for an operation that was in progress before.
    Waiting {
        step: StepId,
        status: StackStatus,
        /// When the operation started, as CloudFormation writes it, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    #[serde(rename = "overdue")]
    DeadlineExceeded {
        step: StepId,
        status: StackStatus,
        /// The deadline, since the start of the operation.
        minutes: u64,
        remedy: Remedy,
    },
    ChangeSet {
        step: StepId,
        changes: Vec<ResourceChange>,
    },
    /// The change set contains what the plan did not predict.
    #[serde(rename = "found")]
    Finding {
        step: StepId,
        finding: Finding,
    },
    /// The step failed because of a transient condition and is retried.
    #[serde(rename = "again")]
    Retry {
        step: StepId,
        because: String,
        /// How long it waits first.
        seconds: u64,
    },
    Status {
        step: StepId,
        status: StackStatus,
    },
    Resource {
        step: StepId,
        resource: StackEvent,
    },
    /// A call failed and is retried, or something else that changes no outcome.
    #[serde(rename = "trouble")]
    Warning {
        /// None where it concerns the whole execution.
        step: Option<StepId>,
        message: String,
    },
    StepFinished {
        step: StepId,
        outcome: StepOutcome,
    },
    Finished {
        done: usize,
        failed: usize,
        /// Steps that did not start because one that they need failed.
        skipped: usize,
        /// Whether CloudFormation may still be working on stacks of the plan.
        detached: bool,
    },
}

/// What is done about an operation that exceeds its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Remedy {
    /// The update is cancelled, and rolls back.
    Cancel,
    /// The stack, which never existed before, is deleted.
    Delete,
    /// CloudFormation has no call that ends such an operation.
    None,
}

/// Sends events to the caller of the execution.
#[derive(Clone, Debug)]
pub(super) struct Reporter(UnboundedSender<Event>);

impl Reporter {
    pub(super) const fn new(sender: UnboundedSender<Event>) -> Self {
        Self(sender)
    }

    /// A receiver that was dropped is no failure.
    pub(super) fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }

    /// A call failed and is retried, or its failure changes no outcome.
    pub(super) fn warn_retry(&self, step: Option<&StepId>, error: &ClientError) {
        self.warn(step, error.to_string());
    }

    pub(super) fn warn(&self, step: Option<&StepId>, message: String) {
        self.send(Event::Warning {
            step: step.cloned(),
            message,
        });
    }
}
