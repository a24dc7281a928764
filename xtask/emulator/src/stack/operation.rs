//! Operations on stacks.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use cloudformation::{ClientToken, StackStatus};

use super::definition::{Definition, Resource};
use super::tasks::{Removal, TaskKind, Tasks};
use crate::api::OnFailure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OperationKind {
    Create,
    Update,
    Import,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FirstPhase {
    Forward,
    Rollback,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    Accepted,
    /// Resources are created, updated and replaced.
    Forward,
    /// Resources that the new template no longer needs are deleted.
    Cleanup,
    /// The resources of a failed creation are deleted.
    CreateRollback,
    /// Updates and replacements are undone.
    UpdateRollback,
    /// The resources that a failed update created are deleted.
    RollbackCleanup,
    Delete,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Operation {
    pub(crate) kind: OperationKind,
    pub(crate) first_phase: FirstPhase,
    pub(crate) phase: Phase,
    /// Events of another phase are void.
    pub(crate) phase_number: u64,
    pub(crate) token: Option<ClientToken>,
    pub(crate) before: Option<Definition>,
    pub(crate) after: Option<Definition>,
    pub(crate) status_before: StackStatus,
    /// The imports of the old definition. Those of the new one are the stack's.
    pub(crate) imports_before: BTreeSet<String>,
    pub(crate) tasks: Tasks,
    /// The changes to resources, to be undone by a rollback.
    pub(crate) undo_log: BTreeMap<String, UndoRecord>,
    pub(crate) removals: Vec<Removal>,
    pub(crate) failed_to_create: BTreeSet<String>,
    pub(crate) failed_to_update: BTreeSet<String>,
    pub(crate) failed_to_delete: BTreeSet<String>,
    pub(crate) on_failure: OnFailure,
    pub(crate) disable_rollback: bool,
    pub(crate) import_existing: bool,
    /// The identifiers of resources to import, by logical id.
    pub(crate) imports: BTreeMap<String, BTreeMap<String, String>>,
    /// The logical ids of `RetainResources`.
    pub(crate) retain: BTreeSet<String>,
    /// The logical ids of `ResourcesToSkip`.
    pub(crate) skip: BTreeSet<String>,
    /// `StackPolicyDuringUpdateBody`, in place of the stack's policy.
    pub(crate) policy: Option<String>,
    pub(crate) ended: bool,
}

/// A change to a resource, with its prior state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum UndoRecord {
    Created,
    Imported,
    Updated(Box<Resource>),
    Replaced(Box<Resource>),
}

impl Operation {
    pub(crate) fn new(
        kind: OperationKind,
        first_phase: FirstPhase,
        status_before: StackStatus,
    ) -> Self {
        Self {
            kind,
            first_phase,
            phase: Phase::Accepted,
            phase_number: 0,
            token: None,
            before: None,
            after: None,
            status_before,
            imports_before: BTreeSet::new(),
            tasks: Tasks::default(),
            undo_log: BTreeMap::new(),
            removals: Vec::new(),
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

    /// Keeps the failed removals of physical resources that no longer belong to a resource, for the
    /// next attempt.
    pub(crate) fn keep_failed_removals(&mut self) {
        self.removals = self
            .tasks
            .unfinished()
            .filter_map(|task| match &task.kind {
                TaskKind::Remove(removal) if !removal.removes_resource => Some(removal.clone()),
                _ => None,
            })
            .collect();
        self.undo_log.clear();
    }

    /// The resources that failed, in CloudFormation's words.
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

    /// Whether it imports resources rather than changing those of the stack.
    pub(super) const fn is_import(&self) -> bool {
        matches!(self.kind, OperationKind::Import)
    }
}
