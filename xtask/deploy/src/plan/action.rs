//! The planner's decisions: what a plan is made for, and what happens to each stack.

use super::model::Recovery;

/// What a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To bring the environment to its definition.
    Deploy,
    /// To leave nothing of it. That resources go with it was asked for.
    Destroy,
}

/// What is to happen to a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StackAction {
    /// It is created.
    Create,
    /// It is updated.
    Update(StackChanges),
    /// It is as defined; its protection may not be.
    NoOp,
    /// It is deleted.
    Delete,
    /// It is brought back first.
    Recover(Recovery),
    /// It is left alone, for this reason.
    Skip(String),
    /// It is left alone until it gets its first values; so are those that need it.
    Wait(String),
    /// It can't be touched, for this reason.
    Block(String),
}

/// What of a stack differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StackChanges {
    /// Its definition.
    pub(super) definition: bool,
    /// It has the definition, and still exports what others imported.
    pub(super) retains_exports: bool,
    /// The values of these parameters.
    pub(super) parameters: Vec<String>,
    /// Its tag, which it has lost.
    pub(super) tag: bool,
}

impl StackAction {
    /// Whether the stack's exports and imports may change.
    pub(super) const fn is_change(&self) -> bool {
        matches!(self, Self::Create | Self::Update(_) | Self::Delete)
    }
}
