//! Stacks, resources and change sets, as the API describes them.

use std::collections::BTreeMap;

use cloudformation::{Page, StackDrift, StackResource, StackSummary};

use crate::api::{Change, ChangeSetDescription, ChangeSetSummary};
use crate::change_set::ChangeSet;
use crate::stack::{Definition, Stack};
use crate::text::timestamp;

/// The values of parameters, without those that are not to be seen.
fn parameters(definition: &Definition) -> BTreeMap<String, String> {
    let mut values = definition.parameters.clone();
    for (name, value) in &mut values {
        let definition = definition.template.parameters.get(name);
        if definition.is_some_and(|definition| definition.no_echo) {
            "****".clone_into(value);
        }
    }
    values
}

impl Stack {
    pub(super) fn view(&self) -> cloudformation::Stack {
        let definition = self.definition.as_ref();
        let summary = self.summary();
        cloudformation::Stack {
            id: summary.id,
            name: summary.name,
            description: summary.description,
            change_set_id: self.change_set_id.clone(),
            parameters: definition.map(parameters).unwrap_or_default(),
            created: summary.created,
            updated: summary.updated,
            deleted: summary.deleted,
            status: summary.status,
            status_reason: summary.status_reason,
            disable_rollback: self.disable_rollback,
            capabilities: definition
                .map(|definition| definition.capabilities.clone())
                .unwrap_or_default(),
            outputs: self.outputs.clone(),
            role: self.role.clone(),
            tags: self
                .tags()
                .iter()
                .map(|tag| (tag.key.clone(), tag.value.clone()))
                .collect(),
            termination_protection: self.termination_protection,
            drift: summary.drift,
        }
    }

    pub(super) fn summary(&self) -> StackSummary {
        StackSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self
                .definition
                .as_ref()
                .and_then(|definition| definition.template.description.clone()),
            created: timestamp(self.created),
            updated: self.updated.map(timestamp),
            deleted: self.deleted.map(timestamp),
            status: self.status.clone(),
            status_reason: self.reason.clone(),
            drift: StackDrift {
                status: self.drift_status.clone(),
                checked: None,
            },
        }
    }

    pub(super) fn resource_views(&self) -> impl Iterator<Item = StackResource> {
        self.resources.iter().map(|(name, resource)| StackResource {
            stack_id: self.id.clone(),
            stack_name: self.name.clone(),
            logical_id: name.clone(),
            physical_id: resource.physical_id.clone(),
            resource_type: resource.kind.clone(),
            updated: timestamp(resource.updated),
            status: resource.status.clone(),
            status_reason: resource.reason.clone(),
            drift: resource.drift_status.clone(),
        })
    }
}

impl ChangeSet {
    pub(super) fn summary(&self, stack: &Stack) -> ChangeSetSummary {
        ChangeSetSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            stack_id: stack.id.clone(),
            stack_name: stack.name.clone(),
            status: self.status.clone(),
            status_reason: self.reason.clone(),
            execution_status: self.execution.clone(),
            created: self.created,
            description: self.description.clone(),
        }
    }

    pub(super) fn view(&self, stack: &Stack, changes: Page<Change>) -> ChangeSetDescription {
        ChangeSetDescription {
            summary: self.summary(stack),
            parameters: parameters(&self.definition),
            capabilities: self.definition.capabilities.clone(),
            tags: self.definition.tags.clone(),
            import_existing: self.import_existing,
            changes,
        }
    }
}
