//! Stacks, resources and change sets, as they are shown.

use super::change_sets::{parameters, tags};
use crate::api;
use crate::change_set::ChangeSet;
use crate::stack::{Definition, Stack};

/// The values of parameters, without those that are not to be seen.
fn shown(definition: &Definition) -> Vec<api::Parameter> {
    let mut shown = parameters(&definition.parameters);
    for parameter in &mut shown {
        if definition
            .template
            .parameters
            .get(&parameter.key)
            .is_some_and(|definition| definition.no_echo)
        {
            parameter.value = Some("****".to_owned());
        }
    }
    shown
}

impl Stack {
    pub(super) fn view(&self) -> api::Stack {
        let definition = self.definition.as_ref();
        api::Stack {
            id: self.id.clone(),
            name: self.name.clone(),
            description: definition.and_then(|definition| definition.template.description.clone()),
            change_set_id: self.change_set_id.clone(),
            parameters: definition.map(shown).unwrap_or_default(),
            created: self.created,
            updated: self.updated,
            deleted: self.deleted,
            status: self.status.as_str().to_owned(),
            status_reason: self.reason.clone(),
            disable_rollback: self.disable_rollback,
            capabilities: definition
                .map(|definition| definition.capabilities.clone())
                .unwrap_or_default(),
            outputs: self.outputs.clone(),
            role: self.role.clone(),
            tags: tags(self.tags()),
            termination_protection: self.termination_protection,
            drift_status: self.drift_status.clone(),
        }
    }

    pub(super) fn summary(&self) -> api::StackSummary {
        api::StackSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self
                .definition
                .as_ref()
                .and_then(|definition| definition.template.description.clone()),
            created: self.created,
            updated: self.updated,
            deleted: self.deleted,
            status: self.status.as_str().to_owned(),
            status_reason: self.reason.clone(),
            drift_status: self.drift_status.clone(),
        }
    }

    pub(super) fn resource_views(&self) -> impl Iterator<Item = api::StackResource> {
        self.resources
            .iter()
            .map(|(name, resource)| api::StackResource {
                stack_id: self.id.clone(),
                stack_name: self.name.clone(),
                logical_id: name.clone(),
                physical_id: resource.physical_id.clone(),
                resource_type: resource.kind.clone(),
                updated: resource.updated,
                status: resource.status.as_str().to_owned(),
                status_reason: resource.reason.clone(),
                drift_status: resource.drift_status.clone(),
            })
    }
}

impl ChangeSet {
    pub(super) fn summary(&self, stack: &Stack) -> api::ChangeSetSummary {
        api::ChangeSetSummary {
            id: self.id.clone(),
            name: self.name.clone(),
            stack_id: stack.id.clone(),
            stack_name: stack.name.clone(),
            status: self.status.as_str().to_owned(),
            status_reason: self.reason.clone(),
            execution_status: self.execution.as_str().to_owned(),
            created: self.created,
            description: self.description.clone(),
        }
    }

    pub(super) fn view(&self, stack: &Stack, changes: api::Page<api::Change>) -> api::ChangeSet {
        api::ChangeSet {
            summary: self.summary(stack),
            parameters: shown(&self.definition),
            capabilities: self.definition.capabilities.clone(),
            tags: tags(&self.definition.tags),
            import_existing: self.import_existing,
            changes,
        }
    }
}
