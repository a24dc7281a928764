//! Stacks, resources and change sets as answers show them.

use std::collections::BTreeMap;

use cloudformation::{Page, StackDrift, StackResource, StackSummary};

use crate::api::{Change, ChangeSetDescription, ChangeSetSummary};
use crate::change_set::ChangeSet;
use crate::stack::{Definition, Stack};
use crate::text::timestamp;

/// The parameters, with the values of those with `NoEcho` masked.
fn parameters(definition: &Definition) -> BTreeMap<String, String> {
    let mut values = definition.parameters.given.clone();
    for (name, value) in &mut values {
        let definition = definition.template.parameters.get(name);
        if definition.is_some_and(|definition| definition.no_echo) {
            "****".clone_into(value);
        }
    }
    values
}

/// The values of the parameters of SSM, without those of parameters with `NoEcho`.
fn resolved_parameters(definition: &Definition) -> BTreeMap<String, String> {
    let mut values = definition.parameters.resolved.clone();
    values.retain(|name, _| {
        let definition = definition.template.parameters.get(name);
        definition.is_some_and(|definition| !definition.no_echo)
    });
    values
}

pub(super) fn stack(stack: &Stack) -> cloudformation::Stack {
    let definition = stack.definition.as_ref();
    let summary = stack_summary(stack);
    let tags = stack.tags().iter();
    cloudformation::Stack {
        id: summary.id,
        name: summary.name,
        description: summary.description,
        change_set_id: stack.change_set_id.clone().map(Into::into),
        parameters: definition.map(parameters).unwrap_or_default(),
        resolved_parameters: definition.map(resolved_parameters).unwrap_or_default(),
        notification_arns: definition
            .map(|definition| definition.parameters.notification_arns.clone())
            .unwrap_or_default(),
        created: summary.created,
        updated: summary.updated,
        deleted: summary.deleted,
        status: summary.status,
        status_reason: summary.status_reason,
        disable_rollback: stack.disable_rollback,
        capabilities: definition
            .map(|definition| definition.capabilities.clone())
            .unwrap_or_default(),
        outputs: stack.outputs.clone(),
        role: stack.role.clone(),
        tags: tags
            .map(|tag| (tag.key.clone(), tag.value.clone()))
            .collect(),
        termination_protection: stack.termination_protection,
        drift: summary.drift,
        last_operations: summary.last_operations,
    }
}

pub(super) fn stack_summary(stack: &Stack) -> StackSummary {
    StackSummary {
        id: stack.id.clone().into(),
        name: stack.name.clone().into(),
        description: stack
            .definition
            .as_ref()
            .and_then(|definition| definition.template.description.clone()),
        created: timestamp(stack.created),
        updated: stack.updated.map(timestamp),
        deleted: stack.deleted.map(timestamp),
        status: stack.status.clone(),
        status_reason: stack.reason.clone(),
        drift: StackDrift {
            status: stack.drift_status.clone(),
            checked: None,
        },
        last_operations: stack.history.last_operations(),
    }
}

pub(super) fn resources(stack: &Stack) -> impl Iterator<Item = StackResource> {
    stack
        .resources
        .iter()
        .map(|(name, resource)| StackResource {
            stack_id: stack.id.clone().into(),
            stack_name: stack.name.clone().into(),
            logical_id: name.clone().into(),
            physical_id: resource.physical_id.clone().map(Into::into),
            resource_type: resource.kind.clone(),
            updated: timestamp(resource.updated),
            status: resource.status.clone(),
            status_reason: resource.reason.clone(),
            drift: resource.drift_status.clone(),
        })
}

pub(super) fn change_set_summary(set: &ChangeSet, stack: &Stack) -> ChangeSetSummary {
    ChangeSetSummary {
        id: set.id.clone(),
        name: set.name.clone(),
        stack_id: stack.id.clone(),
        stack_name: stack.name.clone(),
        status: set.status.clone(),
        status_reason: set.reason.clone(),
        execution_status: set.execution.clone(),
        created: set.created,
        description: set.description.clone(),
    }
}

pub(super) fn change_set(
    set: &ChangeSet,
    stack: &Stack,
    changes: Page<Change>,
) -> ChangeSetDescription {
    ChangeSetDescription {
        summary: change_set_summary(set, stack),
        parameters: parameters(&set.definition),
        resolved_parameters: resolved_parameters(&set.definition),
        notification_arns: set.definition.parameters.notification_arns.clone(),
        capabilities: set.definition.capabilities.clone(),
        tags: set.definition.tags.clone(),
        import_existing: set.import_existing,
        changes,
    }
}
