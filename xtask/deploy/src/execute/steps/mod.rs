//! The kinds of steps: the calls that each makes, their order, and its outcome.

mod api;
mod change_set;
mod deadline;
mod delete;
mod deploy;
mod operation;
mod protect;
mod recover;
mod run;
mod success;

pub(super) use change_set::{
    ChangeSetResult, PendingChangeSet, create_change_set, discard, discard_unused,
};
pub(super) use run::{FinishedStep, run};
