//! The planner's decisions: what a plan is made for, and what happens to each stack.

use super::model::Recovery;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To bring the environment to its definition.
    Deploy,
    /// To delete the environment; the deletion of its resources was requested.
    Destroy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StackAction {
    Create,
    Update(StackChanges),
    /// As defined; protection and stack policy may still differ.
    NoOp,
    Delete,
    /// Recovered before anything else.
    Recover(Recovery),
    /// Left alone, for this reason.
    Skip(String),
    /// Left alone until it gets its first values, and so is every stack that needs it.
    Wait(String),
    /// Blocked, for this reason.
    Block(String),
}

/// The differences between a deployed stack and its definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StackChanges {
    pub(super) definition: bool,
    /// The definition is deployed, together with exports that others imported.
    pub(super) retains_exports: bool,
    pub(super) parameters: Vec<String>,
    /// The environment tag is missing.
    pub(super) tag: bool,
}

impl StackAction {
    /// Whether the stack's exports and imports may change.
    pub(super) const fn is_change(&self) -> bool {
        matches!(self, Self::Create | Self::Update(_) | Self::Delete)
    }
}
