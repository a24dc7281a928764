//! Stacks, resources and change sets as answers show them.

use crate::api;
use crate::change_set::ChangeSet;
use crate::stack::{Definition, Stack};

/// The parameters, with the values of those with `NoEcho` masked.
fn parameters(definition: &Definition) -> Vec<api::Parameter> {
    let no_echo = |key: &str| {
        let parameter = definition.template.parameters.get(key);
        parameter.is_some_and(|parameter| parameter.no_echo)
    };
    definition
        .parameters
        .iter()
        .map(|(key, value)| api::Parameter {
            key: key.clone(),
            value: Some(if no_echo(key) {
                "****".to_owned()
            } else {
                value.clone()
            }),
        })
        .collect()
}

pub(super) fn stack(stack: &Stack) -> api::Stack {
    let definition = stack.definition.as_ref();
    api::Stack {
        id: stack.id.clone(),
        name: stack.name.clone(),
        description: definition.and_then(|definition| definition.template.description.clone()),
        change_set_id: stack.change_set_id.clone(),
        parameters: definition.map(parameters).unwrap_or_default(),
        created: stack.created,
        updated: stack.updated,
        deleted: stack.deleted,
        status: stack.status.as_str().to_owned(),
        status_reason: stack.reason.clone(),
        disable_rollback: stack.disable_rollback,
        capabilities: definition
            .map(|definition| definition.capabilities.clone())
            .unwrap_or_default(),
        outputs: stack.outputs.clone(),
        role: stack.role.clone(),
        tags: stack.tags().to_vec(),
        termination_protection: stack.termination_protection,
        drift_status: stack.drift_status.clone(),
    }
}

pub(super) fn stack_summary(stack: &Stack) -> api::StackSummary {
    api::StackSummary {
        id: stack.id.clone(),
        name: stack.name.clone(),
        description: stack
            .definition
            .as_ref()
            .and_then(|definition| definition.template.description.clone()),
        created: stack.created,
        updated: stack.updated,
        deleted: stack.deleted,
        status: stack.status.as_str().to_owned(),
        status_reason: stack.reason.clone(),
        drift_status: stack.drift_status.clone(),
    }
}

pub(super) fn resources(stack: &Stack) -> impl Iterator<Item = api::StackResource> {
    stack
        .resources
        .iter()
        .map(|(name, resource)| api::StackResource {
            stack_id: stack.id.clone(),
            stack_name: stack.name.clone(),
            logical_id: name.clone(),
            physical_id: resource.physical_id.clone(),
            resource_type: resource.kind.clone(),
            updated: resource.updated,
            status: resource.status.as_str().to_owned(),
            status_reason: resource.reason.clone(),
            drift_status: resource.drift_status.clone(),
        })
}

pub(super) fn change_set_summary(set: &ChangeSet, stack: &Stack) -> api::ChangeSetSummary {
    api::ChangeSetSummary {
        id: set.id.clone(),
        name: set.name.clone(),
        stack_id: stack.id.clone(),
        stack_name: stack.name.clone(),
        status: set.status.as_str().to_owned(),
        status_reason: set.reason.clone(),
        execution_status: set.execution.as_str().to_owned(),
        created: set.created,
        description: set.description.clone(),
    }
}

pub(super) fn change_set(
    set: &ChangeSet,
    stack: &Stack,
    changes: api::Page<api::Change>,
) -> api::ChangeSet {
    api::ChangeSet {
        summary: change_set_summary(set, stack),
        parameters: parameters(&set.definition),
        capabilities: set.definition.capabilities.clone(),
        tags: set.definition.tags.clone(),
        import_existing: set.import_existing,
        changes,
    }
}
