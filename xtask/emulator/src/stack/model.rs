//! A stack.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::status::{
    Capability, ResourceDriftStatus, ResourceStatus, StackDriftStatus, StackStatus,
};
use cloudformation::{Output, StackEvent, Tag};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::operation::Operation;
use crate::api::Time;
use crate::change_set::ChangeSet;
use crate::drift::Detection;
use crate::properties::Properties;
use crate::queue::StackNumber;
use crate::template::{LeavePolicy, Template};

/// A stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) number: StackNumber,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Time,
    pub(crate) updated: Option<Time>,
    pub(crate) deleted: Option<Time>,
    pub(crate) status: StackStatus,
    pub(crate) reason: Option<String>,
    /// What it is made of; nothing before a first change set was executed.
    pub(crate) definition: Option<Definition>,
    pub(crate) role: Option<String>,
    pub(crate) termination_protection: bool,
    pub(crate) policy: Option<String>,
    pub(crate) disable_rollback: bool,
    pub(crate) resources: BTreeMap<String, Resource>,
    pub(crate) outputs: Vec<Output>,
    /// The exports that it imports.
    pub(crate) imports: BTreeSet<String>,
    pub(crate) events: Vec<StackEvent>,
    pub(crate) change_sets: BTreeMap<u64, ChangeSet>,
    /// The change set that was executed last.
    pub(crate) change_set_id: Option<String>,
    /// What is going on.
    pub(crate) operation: Option<Box<Operation>>,
    /// What ended before it was through: a failed update that was left, a rollback that failed.
    pub(crate) unfinished: Option<Box<Operation>>,
    /// What was done for which client token.
    pub(crate) tokens: BTreeMap<String, String>,
    pub(crate) detections: BTreeMap<u64, Detection>,
    pub(crate) drift_status: StackDriftStatus,
}

/// What a stack is made of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) template: Template,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) capabilities: Vec<Capability>,
}

/// A resource of a stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Resource {
    pub(crate) kind: String,
    pub(crate) physical_id: Option<String>,
    /// As the stack's template says, resolved.
    pub(crate) properties: Properties,
    /// `Metadata`, `UpdatePolicy` …
    pub(crate) attributes: Map<String, Value>,
    pub(crate) deletion: LeavePolicy,
    pub(crate) replacement: LeavePolicy,
    /// How often it was changed.
    pub(crate) version: u64,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<String>,
    pub(crate) updated: Time,
    pub(crate) drift_status: ResourceDriftStatus,
}

impl Stack {
    pub(crate) fn new(number: StackNumber, id: String, name: String, now: Time) -> Self {
        Self {
            number,
            id,
            name,
            created: now,
            updated: None,
            deleted: None,
            status: StackStatus::ReviewInProgress,
            reason: None,
            definition: None,
            role: None,
            termination_protection: false,
            policy: None,
            disable_rollback: false,
            resources: BTreeMap::new(),
            outputs: Vec::new(),
            imports: BTreeSet::new(),
            events: Vec::new(),
            change_sets: BTreeMap::new(),
            change_set_id: None,
            operation: None,
            unfinished: None,
            tokens: BTreeMap::new(),
            detections: BTreeMap::new(),
            drift_status: StackDriftStatus::NotChecked,
        }
    }

    /// The tags of the definition, none before there is one.
    pub(crate) fn tags(&self) -> &[Tag] {
        self.definition
            .as_ref()
            .map_or(&[], |definition| definition.tags.as_slice())
    }

    /// A resource that is there, or was at least begun.
    pub(crate) fn live(&self, logical_id: &str) -> Option<&Resource> {
        self.resources
            .get(logical_id)
            .filter(|resource| resource.physical_id.is_some())
    }
}
