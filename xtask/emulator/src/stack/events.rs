//! What a stack's history says.

use cloudformation::StackEvent;
use cloudformation::status::{ResourceStatus, StackStatus};

use super::model::Stack;
use super::operation::Operation;

use crate::api::Time;
use crate::text::timestamp;

/// The type that a stack's own events have.
const STACK: &str = "AWS::CloudFormation::Stack";

impl Stack {
    /// The stack has another status.
    pub(crate) fn turn(
        &mut self,
        now: Time,
        status: StackStatus,
        reason: Option<String>,
        token: Option<String>,
    ) {
        self.reason.clone_from(&reason);
        let event = StackEvent {
            id: String::new(),
            stack_id: self.id.clone(),
            stack_name: self.name.clone(),
            logical_id: self.name.clone(),
            physical_id: Some(self.id.clone()),
            resource_type: STACK.to_owned(),
            at: timestamp(now),
            status: ResourceStatus::from(&status),
            reason,
            token,
        };
        self.status = status;
        self.push(event);
    }

    /// Something happened to a thing.
    pub(crate) fn tell(
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
            stack_id: self.id.clone(),
            stack_name: self.name.clone(),
            logical_id: logical_id.to_owned(),
            physical_id: physical_id.map(str::to_owned),
            resource_type: kind.to_owned(),
            at: timestamp(now),
            status,
            reason,
            token: operation.token.clone(),
        };
        self.push(event);
    }

    /// A resource has another status, and the history says so.
    pub(crate) fn turn_resource(
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
        self.tell(
            now,
            (logical_id, &kind, physical_id.as_deref()),
            status,
            reason,
            operation,
        );
    }

    fn push(&mut self, mut event: StackEvent) {
        // Events of resources are named so; the number keeps two of one moment apart.
        event.id = format!(
            "{}-{}-{:06}",
            event.logical_id,
            event.status,
            self.events.len()
        );
        self.events.push(event);
    }
}
