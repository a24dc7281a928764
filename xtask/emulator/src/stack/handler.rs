//! Resource handlers: updates and imports of physical resources.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html>

use std::collections::BTreeMap;

use super::context::OperationContext;
use super::model::Stack;
use super::operation::{Operation, UndoRecord};
use super::tasks::ImportTarget;
use crate::inventory::{Inventory, Owner, PhysicalResource, handler_message, identifying_name};
use crate::properties::Properties;
use crate::resource_type::ResourceType;
use crate::template::ResourceDefinition;

/// Updates a physical resource, or gives the handler's error.
pub(super) fn update_physical(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    name: &str,
    properties: &Properties,
) -> Result<(), String> {
    let random = context.random(stack, name).derive("update");
    let Some(resource) = stack.resources.get_mut(name) else {
        return Ok(());
    };
    let (Some(physical_id), Some(identifier)) =
        (resource.physical_id.clone(), resource.identifier.clone())
    else {
        return Ok(());
    };
    let handler = |message: String, code: &str| {
        format!(
            "Resource handler returned message: \"{message}\" (RequestToken: {}, \
             HandlerErrorCode: {code})",
            random.uuid()
        )
    };
    if context.inventory.get(&resource.kind, &identifier).is_none() {
        return Err(handler(
            format!(
                "Resource of type '{}' with identifier '{physical_id}' was not found.",
                resource.kind
            ),
            "NotFound",
        ));
    }
    if let Some((other, row)) = context.inventory.namesake(&resource.kind, properties)
        && other.identifier != identifier
    {
        if row.says.is_some() {
            let name = identifying_name(&resource.kind, properties).unwrap_or_default();
            return Err(handler_message(row, &name, "AlreadyExists"));
        }
        return Err(handler(
            format!(
                "Resource of type '{}' with identifier '{}' already exists.",
                resource.kind,
                identifying_name(&resource.kind, properties).unwrap_or_default()
            ),
            "AlreadyExists",
        ));
    }
    let refused = context
        .inventory
        .creation_refusal(&resource.kind, &identifier, properties);
    if let Some(reason) = refused {
        return Err(reason);
    }
    resource.identifier = context
        .inventory
        .change(&resource.kind, &identifier, properties);
    resource.properties = properties.clone();
    resource.version += 1;
    Ok(())
}

/// The physical resource that a resource is to be imported from, if it is: its id, or the reason
/// why it can't be imported.
pub(super) fn find_import(
    context: &OperationContext<'_>,
    operation: &Operation,
    name: &str,
    definition: &ResourceDefinition,
    properties: &Properties,
) -> Option<Result<ImportTarget, String>> {
    if let Some(identifier) = operation.imports.get(name) {
        let found = identified(context.inventory, &definition.kind, identifier);
        return Some(found.map(ImportTarget::from));
    }
    if !operation.import_existing {
        return None;
    }
    importable(context.inventory, definition, properties).map(|physical| Ok(physical.into()))
}

/// The physical resource that an import identifies, or the reason why it can't be imported.
pub(crate) fn identified<'a>(
    inventory: &'a Inventory,
    kind: &str,
    identifier: &BTreeMap<String, String>,
) -> Result<&'a PhysicalResource, String> {
    let value = identifier.values().cloned().collect::<Vec<_>>().join("|");
    let found = inventory.resources().find(|physical| {
        physical.kind == kind
            && identifier
                .iter()
                .all(|(key, value)| inventory.identifier_part(physical, key) == *value)
    });
    match found {
        None => Err(format!(
            "Resource of type '{kind}' with identifier '{value}' was not found."
        )),
        Some(PhysicalResource {
            owner: Some(owner), ..
        }) => Err(format!(
            "{value} already exists in stack {}",
            owner.stack_id
        )),
        Some(physical) => Ok(physical),
    }
}

/// The physical resource that `ImportExistingResources` finds: it belongs to no stack and has the custom name that the
/// template states literally (no function), and the template has the whole primary identifier of the type.
pub(crate) fn existing<'a>(
    inventory: &'a Inventory,
    definition: &ResourceDefinition,
    properties: &Properties,
) -> Option<&'a PhysicalResource> {
    let kind = ResourceType::named(&definition.kind)?;
    let named = kind.facts.primary_identifier.iter().all(|path| {
        kind.facts.properties.contains(path)
            && definition
                .properties
                .get(*path)
                .is_some_and(serde_json::Value::is_string)
    });
    if !named {
        return None;
    }
    inventory
        .namesake(&definition.kind, properties)
        .map(|(physical, _)| physical)
        .filter(|physical| physical.owner.is_none())
}

/// The physical resource that `ImportExistingResources` imports: the resource's deletion policy retains it, and its
/// type has a read handler.
pub(crate) fn importable<'a>(
    inventory: &'a Inventory,
    definition: &ResourceDefinition,
    properties: &Properties,
) -> Option<&'a PhysicalResource> {
    let kind = ResourceType::named(&definition.kind)?;
    let is_read = !kind.facts.permissions.read.is_empty();
    existing(inventory, definition, properties).filter(|_| is_read && definition.deletion.keeps())
}

/// Assigns a physical resource to the stack. Differences from the template are left to the update
/// that follows an import.
pub(super) fn adopt(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    name: &str,
    properties: Properties,
    target: ImportTarget,
) {
    let Some(resource) = stack.resources.get_mut(name) else {
        return;
    };
    context.inventory.set_owner(
        &resource.kind,
        &target.identifier,
        Some(Owner {
            stack: stack.number,
            stack_id: stack.id.clone(),
            logical_id: name.to_owned(),
        }),
    );
    resource.physical_id = Some(target.physical_id);
    resource.identifier = Some(target.identifier);
    resource.properties = properties;
    operation
        .undo_log
        .insert(name.to_owned(), UndoRecord::Imported);
}
