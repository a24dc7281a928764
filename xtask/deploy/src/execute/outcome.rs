//! How a step, and a walk, ends.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::{Finding, StepId};
use cloudformation::status::{ResourceStatus, StackStatus};

/// How a step ended. What counts is the terminal status of its stack, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "outcome",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum StepOutcome {
    /// The stack was created, updated, deleted, recovered or protected.
    Done {
        /// The status it ended with.
        status: StackStatus,
    },
    /// The change set was empty: the stack is as defined.
    Unchanged,
    /// It failed.
    Failed(Box<Failure>),
    /// The change set shows what was not acknowledged; nothing was executed.
    Blocked {
        /// What.
        findings: Vec<Finding>,
    },
    /// The stack is not as the plan observed it; nothing was done.
    #[serde(rename = "moved")]
    Stale { difference: String },
    /// A step that it needs did not succeed. Its failure is told there, once.
    Skipped {
        /// The first of those.
        because: StepId,
    },
    /// The walk was left while the step was going on; CloudFormation goes on with it.
    Detached,
}

impl StepOutcome {
    /// Whether what needs this step can begin.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Unchanged)
    }
}

/// Why a step failed, root cause first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What was attempted, and what came of it, in a line.
    pub message: String,
    /// The stack's status, where there is a stack.
    pub status: Option<StackStatus>,
    /// The resource that failed first: the cause. Those that were cancelled because of it are not
    /// repeated.
    pub cause: Option<ResourceFailure>,
    /// Others that failed by themselves.
    pub others: Vec<ResourceFailure>,
    /// What CloudFormation did about it: rolled back, or not.
    pub aftermath: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the caller's credentials were the reason: the stack may go on.
    pub credentials: bool,
    /// Whether what stands in the way is what stacks have left: `--rebuild` takes it over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub orphans: bool,
}

/// A resource that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceFailure {
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id, if it got one.
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// Its status: `CREATE_FAILED`.
    pub status: ResourceStatus,
    /// Why, as the service says it.
    pub reason: String,
}

/// How a walk ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How each step ended.
    pub steps: BTreeMap<StepId, StepOutcome>,
    /// Whether it was left before its end.
    pub detached: bool,
}

impl Outcome {
    /// Whether every step succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        !self.detached && self.steps.values().all(StepOutcome::is_success)
    }
}
