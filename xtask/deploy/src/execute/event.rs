//! What happens while a plan is executed: all that renderers know.

use serde::Serialize;

use super::outcome::StepOutcome;
use crate::plan::{Finding, StepId};
use cloudformation::status::StackStatus;
use cloudformation::{ResourceChange, StackEvent};

/// Something that happened. The order of events of one step is the order in which they happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// The walk begins.
    Started {
        /// How many steps there are.
        steps: usize,
        /// How many are done at once.
        concurrency: usize,
    },
    /// A step begins: all that it needs is done.
    StepStarted {
        /// Which.
        step: StepId,
        /// Of which stack.
        stack: String,
    },
    /// A step waits for something that is going on in the stack.
    Waiting {
        /// Which.
        step: StepId,
        /// What is going on.
        status: StackStatus,
        /// Since when, as CloudFormation writes it, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<String>,
        /// Until when it is waited for.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    /// An operation exceeds its deadline.
    #[serde(rename = "overdue")]
    DeadlineExceeded {
        /// In which step.
        step: StepId,
        /// What.
        status: StackStatus,
        /// How many minutes it may take.
        minutes: u64,
        /// What is done about it.
        remedy: Remedy,
    },
    /// The change set is there.
    ChangeSet {
        /// Of which step.
        step: StepId,
        /// What it changes.
        changes: Vec<ResourceChange>,
    },
    /// The change set shows what the plan did not.
    #[serde(rename = "found")]
    Finding {
        /// In which step.
        step: StepId,
        /// What.
        finding: Finding,
    },
    /// It failed for a transient reason and is retried.
    #[serde(rename = "again")]
    Retry {
        /// Which step.
        step: StepId,
        /// What is not so yet.
        because: String,
        /// After how many seconds.
        seconds: u64,
    },
    /// The stack's status changed.
    Status {
        /// Of which step.
        step: StepId,
        /// The status.
        status: StackStatus,
    },
    /// Something happened to a resource.
    Resource {
        /// In which step.
        step: StepId,
        /// What, as CloudFormation reports it.
        resource: StackEvent,
    },
    /// A call failed and is retried, or something that an operator should know. It changes no outcome.
    #[serde(rename = "trouble")]
    Warning {
        /// None where it is about all steps.
        step: Option<StepId>,
        message: String,
    },
    /// A step has ended.
    StepFinished {
        /// Which.
        step: StepId,
        /// How.
        outcome: StepOutcome,
    },
    /// The walk has ended, or was left: the stacks go on by themselves.
    Finished {
        /// How many steps were done.
        done: usize,
        /// How many failed.
        failed: usize,
        /// How many were not begun, because one that they need failed.
        skipped: usize,
        /// Whether it was left before its end.
        detached: bool,
    },
}

/// What is done about something that takes longer than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Remedy {
    /// The update is cancelled: CloudFormation rolls it back.
    Cancel,
    /// The stack, which is created for the first time, is deleted.
    Delete,
    /// Nothing can be done: it is told, and left to CloudFormation.
    None,
}
