//! What a change set of type `IMPORT` may hold: the resources that it imports, and nothing else.
//!
//! The texts and their order were measured at AWS by the tests of another emulator:
//! <https://github.com/ministackorg/ministack/blob/main/tests/test_cfn_import_change_set.py>. What is looked up is
//! refused later, when the change set is made.

use std::collections::BTreeSet;

use cloudformation::{ChangeAction, ResourceToImport};

use super::context::RequestContext;
use crate::api::ApiError;
use crate::change_set::compare;
use crate::error::validation;
use crate::event_queue::StackNumber;
use crate::inventory::ParameterStore;
use crate::resource_type::ResourceType;
use crate::stack::{Definition, Stack};

/// Checks a change set of type `IMPORT` for a stack, or for one that it creates.
pub(super) fn check_import(
    context: &RequestContext<'_>,
    existing: Option<StackNumber>,
    definition: &Definition,
    imports: &[ResourceToImport],
) -> Result<(), ApiError> {
    check_entries(definition, imports)?;
    let account_region = context.account_region()?;
    let new;
    let stack = match existing.and_then(|number| account_region.stacks.get(&number)) {
        Some(stack) => stack,
        None => {
            new = Stack::new(0, String::new(), String::new(), context.cloud.now);
            &new
        }
    };
    let comparison = compare(
        stack,
        definition,
        &account_region.exports,
        &account_region.caller,
        ParameterStore {
            inventory: &account_region.inventory,
            given: &context.cloud.options.ssm_parameters,
        },
    )?;
    let names = |actions: &[ChangeAction]| -> Vec<&str> {
        let changes = comparison.changes.iter();
        changes
            .filter(|change| actions.contains(&change.action))
            .map(|change| change.logical_id.as_str())
            .collect()
    };
    let added = names(&[ChangeAction::Add]);
    let is_imported = |name: &&str| imports.iter().any(|one| one.logical_id == **name);
    if added.is_empty() {
        return Err(validation(
            "The template should contain at least one new resource to import.",
        ));
    }
    let present: Vec<&str> = imports
        .iter()
        .map(|one| one.logical_id.as_str())
        .filter(|name| !added.contains(name))
        .collect();
    if !present.is_empty() {
        return Err(validation(format!(
            "Resources [{}] passed in ResourceToImport are already in a stack and cannot be \
             imported.",
            present.join(", ")
        )));
    }
    let unlisted: Vec<&str> = added
        .iter()
        .copied()
        .filter(|name| !is_imported(name))
        .collect();
    if !unlisted.is_empty() {
        return Err(validation(format!(
            "Resources [{}] is missing from ResourceToImport list",
            unlisted.join(", ")
        )));
    }
    let modified = names(&[ChangeAction::Modify, ChangeAction::Remove]);
    if !modified.is_empty() {
        return Err(validation(format!(
            "You have modified resources [{}] in your template that are not being imported. \
             Update, create or delete operations cannot be executed during import operations.",
            modified.join(", ")
        )));
    }
    // <https://github.com/awslabs/aws-security-assessment-solution/issues/6>
    if comparison.outputs {
        return Err(validation(
            "As part of the import operation, you cannot modify or add [Outputs]",
        ));
    }
    let without_policy: Vec<&str> = added
        .into_iter()
        .filter(|name| {
            let resource = definition.template.resources.get(*name);
            resource.is_some_and(|resource| !resource.has_deletion_policy)
        })
        .collect();
    if !without_policy.is_empty() {
        return Err(validation(format!(
            "The following resources to import [{}] must have DeletionPolicy attribute specified \
             in the template.",
            without_policy.join(", ")
        )));
    }
    Ok(())
}

/// Checks the list of resources to import against the template and the types.
fn check_entries(definition: &Definition, imports: &[ResourceToImport]) -> Result<(), ApiError> {
    if imports.is_empty() {
        return Err(validation("Must Provide at least one resource to import"));
    }
    let mut seen = BTreeSet::new();
    if !imports.iter().all(|one| seen.insert(&one.logical_id)) {
        return Err(validation(
            "Every resource to import must have unique LogicalResourceId",
        ));
    }
    let resources = &definition.template.resources;
    let undeclared: Vec<&str> = imports
        .iter()
        .map(|one| one.logical_id.as_str())
        .filter(|name| !resources.contains_key(*name))
        .collect();
    if !undeclared.is_empty() {
        return Err(validation(format!(
            "The logical resource ids [{}] provided in ResourceToImport do not exist in the \
             template.",
            undeclared.join(", ")
        )));
    }
    let unsupported: Vec<&str> = imports
        .iter()
        .map(|one| one.resource_type.as_str())
        .filter(|kind| ResourceType::named(kind).is_some_and(|kind| !kind.can_be_imported()))
        .collect();
    if !unsupported.is_empty() {
        return Err(validation(format!(
            "The following resource types are not supported for resource import: {}",
            unsupported.join(",")
        )));
    }
    for one in imports {
        let (name, kind) = (one.logical_id.as_str(), one.resource_type.as_str());
        if let Some(known) = ResourceType::named(kind) {
            let expected: BTreeSet<&str> = known.facts.primary_identifier.iter().copied().collect();
            let given: BTreeSet<&str> = one.identifier.keys().map(String::as_str).collect();
            if given != expected {
                return Err(validation(format!(
                    "Invalid resource identifier for resource type {kind}. Expected [{}]",
                    known.facts.primary_identifier.join(", ")
                )));
            }
        }
        let declared = resources.get(name).map_or("", |resource| &resource.kind);
        if declared != kind {
            return Err(validation(format!(
                "Resource type of [{name}] passed in ResourceToImport does not match with resource \
                 type defined in the template. Resource type in ResourceToImport: {kind}; Resource \
                 type in Template: {declared}."
            )));
        }
    }
    Ok(())
}
