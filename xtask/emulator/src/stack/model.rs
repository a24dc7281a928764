//! Stacks, with their events, change sets and drift detections.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use cloudformation::{
    ClientToken, ExecutionStatus, Output, PropertyDifference, ResourceDriftStatus, ResourceStatus,
    StackDriftStatus, StackEvent, StackStatus, Tag,
};

use super::definition::{Definition, Resource};
use super::history::History;
use super::operation::Operation;
use crate::api::Time;
use crate::change_set::ChangeSet;
use crate::event_queue::StackNumber;
use crate::text::timestamp;

/// The resource type in a stack's own events.
const STACK: &str = "AWS::CloudFormation::Stack";

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
    /// `None` until a first change set is executed.
    pub(crate) definition: Option<Definition>,
    pub(crate) role: Option<String>,
    pub(crate) termination_protection: bool,
    pub(crate) policy: Option<String>,
    pub(crate) disable_rollback: bool,
    pub(crate) resources: BTreeMap<String, Resource>,
    pub(crate) outputs: Vec<Output>,
    /// The names of the exports that it imports.
    pub(crate) imports: BTreeSet<String>,
    pub(crate) events: Vec<StackEvent>,
    pub(crate) history: History,
    pub(crate) change_sets: BTreeMap<u64, ChangeSet>,
    /// The change set that was executed last.
    pub(crate) change_set_id: Option<String>,
    /// The operation in progress.
    pub(crate) operation: Option<Box<Operation>>,
    /// An operation that stopped before its end: a failed update that was left as it was, a
    /// rollback that failed.
    pub(crate) unfinished: Option<Box<Operation>>,
    /// The request that each client token was used for.
    pub(crate) tokens: BTreeMap<ClientToken, String>,
    pub(crate) detections: BTreeMap<u64, Detection>,
    pub(crate) drift_status: StackDriftStatus,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Detection {
    pub(crate) id: String,
    pub(crate) at: Time,
    /// `None` while it is in progress.
    pub(crate) drifted: Option<usize>,
    /// Sorted by logical id.
    pub(crate) drifts: Vec<DriftRecord>,
}

/// The result of a drift detection for a resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DriftRecord {
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: String,
    pub(crate) status: ResourceDriftStatus,
    pub(crate) expected: String,
    pub(crate) actual: String,
    pub(crate) differences: Vec<PropertyDifference>,
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
            history: History::default(),
            change_sets: BTreeMap::new(),
            change_set_id: None,
            operation: None,
            unfinished: None,
            tokens: BTreeMap::new(),
            detections: BTreeMap::new(),
            drift_status: StackDriftStatus::NotChecked,
        }
    }

    pub(crate) fn tags(&self) -> &[Tag] {
        self.definition
            .as_ref()
            .map_or(&[], |definition| definition.tags.as_slice())
    }

    /// A resource that has a physical resource, if only a failed one.
    pub(crate) fn live(&self, logical_id: &str) -> Option<&Resource> {
        self.resources
            .get(logical_id)
            .filter(|resource| resource.physical_id.is_some())
    }

    /// Sets the status, and records the event.
    pub(crate) fn set_status(
        &mut self,
        now: Time,
        status: StackStatus,
        reason: Option<String>,
        token: Option<ClientToken>,
    ) {
        self.reason.clone_from(&reason);
        let event = StackEvent {
            id: String::new(),
            stack_id: self.id.clone().into(),
            stack_name: self.name.clone().into(),
            logical_id: self.name.clone().into(),
            physical_id: Some(self.id.clone().into()),
            resource_type: STACK.to_owned(),
            at: timestamp(now),
            status: ResourceStatus::from(&status),
            reason,
            token,
            operation: None,
        };
        self.status = status;
        self.push(event);
    }

    /// Records an event of a physical resource: logical id, type, physical id.
    pub(crate) fn record_event(
        &mut self,
        now: Time,
        subject: (&str, &str, Option<&str>),
        status: ResourceStatus,
        reason: Option<String>,
        operation: &Operation,
    ) {
        let (logical_id, kind, physical_id) = subject;
        let event = StackEvent {
            id: String::new(),
            stack_id: self.id.clone().into(),
            stack_name: self.name.clone().into(),
            logical_id: logical_id.into(),
            physical_id: physical_id.map(Into::into),
            resource_type: kind.to_owned(),
            at: timestamp(now),
            status,
            reason,
            token: operation.token.clone(),
            operation: None,
        };
        self.push(event);
    }

    /// Sets the status of a resource, and records the event.
    pub(crate) fn set_resource_status(
        &mut self,
        now: Time,
        logical_id: &str,
        status: ResourceStatus,
        reason: Option<String>,
        operation: &Operation,
    ) {
        let Some(resource) = self.resources.get_mut(logical_id) else {
            return;
        };
        resource.status = status.clone();
        resource.reason.clone_from(&reason);
        resource.updated = now;
        let kind = resource.kind.clone();
        let physical_id = resource.physical_id.clone();
        self.record_event(
            now,
            (logical_id, &kind, physical_id.as_deref()),
            status,
            reason,
            operation,
        );
    }

    fn push(&mut self, mut event: StackEvent) {
        event.operation = self.history.current().map(str::to_owned);
        // The form of the ids of resource events. The number tells two at one time apart.
        event.id = format!(
            "{}-{}-{:06}",
            event.logical_id,
            event.status,
            self.events.len()
        );
        self.events.push(event);
    }

    /// Makes every change set that is not in execution obsolete.
    pub(crate) fn obsolete_change_sets(&mut self) {
        for set in self.change_sets.values_mut() {
            if matches!(
                set.execution,
                ExecutionStatus::Available | ExecutionStatus::Unavailable
            ) {
                set.execution = ExecutionStatus::Obsolete;
            }
        }
    }

    /// Completes the change set in execution at the end of an operation. After a success, obsolete
    /// change sets are deleted; returns their ids.
    pub(crate) fn close_change_sets(&mut self) -> Vec<String> {
        let worked = matches!(
            self.status,
            StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::ImportComplete
        );
        let mut gone = Vec::new();
        self.change_sets.retain(|_, set| {
            if set.execution == ExecutionStatus::ExecuteInProgress {
                set.execution = if worked {
                    ExecutionStatus::ExecuteComplete
                } else {
                    ExecutionStatus::ExecuteFailed
                };
            }
            let obsolete = worked && set.execution == ExecutionStatus::Obsolete;
            if obsolete {
                gone.push(set.id.clone());
            }
            !obsolete
        });
        gone
    }
}
