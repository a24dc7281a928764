//! An operation on a stack, while it lasts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::model::{Definition, Resource};
use super::tasks::{Job, Tasks};
use crate::api::OnFailure;
use crate::template::LeavePolicy;
use cloudformation::status::StackStatus;

/// What an operation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OperationKind {
    Create,
    Update,
    Import,
    Delete,
}

/// How an operation begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// With what the new template says.
    Forward,
    /// With the way back.
    Back,
    /// With deleting everything.
    Delete,
}

/// Where an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Accepted.
    Accepted,
    /// Creating, changing and replacing.
    Forward,
    /// Deleting what is not needed any more.
    Cleanup,
    /// Deleting what a failed creation made.
    CreateRollback,
    /// Changing back.
    UpdateRollback,
    /// Deleting what a failed update made.
    RollbackCleanup,
    /// Deleting everything.
    Delete,
}

/// An operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Operation {
    pub(crate) kind: OperationKind,
    pub(crate) entry: Entry,
    pub(crate) phase: Phase,
    /// What is due of another phase does not happen.
    pub(crate) phase_number: u64,
    pub(crate) token: Option<String>,
    /// What the stack was made of, to go back to.
    pub(crate) before: Option<Definition>,
    /// What it is to be made of.
    pub(crate) after: Option<Definition>,
    /// The status that it had.
    pub(crate) status_before: StackStatus,
    /// The exports that the old definition imports; those of the new one are the stack's.
    pub(crate) imports_before: BTreeSet<String>,
    pub(crate) tasks: Tasks,
    /// What was done to resources, to be undone.
    pub(crate) touched: BTreeMap<String, Touched>,
    /// Things that leave the stack in a cleanup.
    pub(crate) leaving: Vec<Leaving>,
    pub(crate) failed_to_create: BTreeSet<String>,
    pub(crate) failed_to_update: BTreeSet<String>,
    pub(crate) failed_to_delete: BTreeSet<String>,
    pub(crate) on_failure: OnFailure,
    pub(crate) disable_rollback: bool,
    pub(crate) import_existing: bool,
    /// What to import, by logical id.
    pub(crate) imports: BTreeMap<String, BTreeMap<String, String>>,
    /// What stays although it would be deleted.
    pub(crate) retain: BTreeSet<String>,
    /// What is left as it is on the way back.
    pub(crate) skip: BTreeSet<String>,
    /// The policy that counts instead of the stack's.
    pub(crate) policy: Option<String>,
    /// It is over.
    pub(crate) ended: bool,
}

/// What was done to a resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Touched {
    Created,
    Imported,
    Updated(Box<Resource>),
    Replaced(Box<Resource>),
}

/// A thing that leaves its stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Leaving {
    pub(crate) logical_id: String,
    pub(crate) kind: String,
    pub(crate) physical_id: String,
    pub(crate) policy: LeavePolicy,
    /// Whether the resource goes, too, or has another thing now.
    pub(crate) resource_goes: bool,
}

impl Operation {
    pub(crate) fn new(kind: OperationKind, entry: Entry, status_before: StackStatus) -> Self {
        Self {
            kind,
            entry,
            phase: Phase::Accepted,
            phase_number: 0,
            token: None,
            before: None,
            after: None,
            status_before,
            imports_before: BTreeSet::new(),
            tasks: Tasks::default(),
            touched: BTreeMap::new(),
            leaving: Vec::new(),
            failed_to_create: BTreeSet::new(),
            failed_to_update: BTreeSet::new(),
            failed_to_delete: BTreeSet::new(),
            on_failure: OnFailure::RollBack,
            disable_rollback: false,
            import_existing: false,
            imports: BTreeMap::new(),
            retain: BTreeSet::new(),
            skip: BTreeSet::new(),
            policy: None,
            ended: false,
        }
    }

    /// What has no resource any more and could not be deleted has to be deleted another time.
    pub(crate) fn regather(&mut self) {
        self.leaving = self
            .tasks
            .unfinished()
            .filter_map(|task| match &task.job {
                Job::Leave(leaving) if !leaving.resource_goes => Some(leaving.clone()),
                _ => None,
            })
            .collect();
        self.touched.clear();
    }

    /// Which resources failed, in CloudFormation's words.
    pub(crate) fn failures(&self) -> String {
        let list = |names: &BTreeSet<String>| {
            names
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let mut text = String::new();
        for (verb, names) in [
            ("create", &self.failed_to_create),
            ("update", &self.failed_to_update),
            ("delete", &self.failed_to_delete),
        ] {
            if !names.is_empty() {
                text.push_str(&format!(
                    "The following resource(s) failed to {verb}: [{}]. ",
                    list(names)
                ));
            }
        }
        text
    }
}
