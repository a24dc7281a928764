//! The outcome of a step, and of an execution.

use cloudformation::status::ResourceStatus;
use std::collections::BTreeMap;

use cli_conventions::exit_code;
use serde::Serialize;

use crate::plan::{Finding, StepId};
use cloudformation::status::StackStatus;

/// How a step ended, judged by the terminal status of its stack alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "outcome",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum StepOutcome {
    /// The stack was created, updated, deleted, recovered or protected.
    Done {
        status: StackStatus,
    },
    /// The change set was empty: the stack is as defined.
    Unchanged,
    Failed(Box<Failure>),
    /// The change set contains unacknowledged changes; it was not executed.
    Blocked {
        findings: Vec<Finding>,
    },
    /// The stack is not as the plan observed it; nothing was executed.
    #[serde(rename = "moved")]
    Stale {
        difference: String,
    },
    /// A step that it needs did not succeed.
    Skipped {
        /// The first such step. Its failure is reported there, once.
        because: StepId,
    },
    /// The execution was detached; CloudFormation may still be working on the stack.
    Detached,
}

impl StepOutcome {
    /// Whether steps that need this one can start.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Unchanged)
    }

    pub(super) fn stale(difference: impl Into<String>) -> Self {
        Self::Stale {
            difference: difference.into(),
        }
    }
}

/// Why a step failed, root cause first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What was attempted and how it failed, in one line.
    pub message: String,
    pub status: Option<StackStatus>,
    /// The resource that failed first. Those that CloudFormation cancelled because of it are left out.
    pub cause: Option<ResourceFailure>,
    /// Other resources that failed on their own.
    pub others: Vec<ResourceFailure>,
    /// What CloudFormation did about it: rolled back, or not.
    pub aftermath: Option<String>,
    pub hint: Option<String>,
    /// Whether the caller's credentials were rejected: the operation may still be running.
    pub credentials: bool,
    /// Whether the caller lacks the permission for a call.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub denied: bool,
    /// Whether orphans of earlier stacks are in the way, which `--rebuild` adopts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub orphans: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceFailure {
    pub logical_id: String,
    pub physical_id: Option<String>,
    pub resource_type: String,
    /// Its status: `CREATE_FAILED`.
    pub status: ResourceStatus,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub steps: BTreeMap<StepId, StepOutcome>,
    /// Whether the execution was detached before all steps ended.
    pub detached: bool,
}

impl Outcome {
    #[must_use]
    pub fn is_success(&self) -> bool {
        !self.detached && self.steps.values().all(StepOutcome::is_success)
    }

    /// The exit code of the execution: what has to be done first decides.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let any = |belongs: fn(&StepOutcome) -> bool| self.steps.values().any(belongs);
        if any(
            |one| matches!(one, StepOutcome::Failed(failure) if failure.credentials || failure.denied),
        ) {
            exit_code::CREDENTIALS
        } else if any(|one| matches!(one, StepOutcome::Failed(_))) {
            exit_code::STACK_FAILED
        } else if any(|one| matches!(one, StepOutcome::Stale { .. })) {
            exit_code::MOVED
        } else if any(|one| matches!(one, StepOutcome::Blocked { .. })) {
            exit_code::BLOCKED
        } else if self.detached || any(|one| matches!(one, StepOutcome::Detached)) {
            exit_code::DETACHED
        } else {
            exit_code::SUCCESS
        }
    }
}
