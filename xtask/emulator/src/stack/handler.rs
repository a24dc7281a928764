//! Resource handlers: updates and imports of physical resources.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html>

use super::context::OperationContext;
use super::model::Stack;
use super::operation::{Operation, UndoRecord};
use super::scope::naming;
use crate::inventory::{
    AttributeSource, Inventory, Owner, PhysicalResource, handler_message, identifying_name,
};
use crate::properties::Properties;
use crate::random::Random;
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
    let Some(physical_id) = resource.physical_id.clone() else {
        return Ok(());
    };
    let handler = |message: String, code: &str| {
        format!(
            "Resource handler returned message: \"{message}\" (RequestToken: {}, \
             HandlerErrorCode: {code})",
            random.uuid()
        )
    };
    if context
        .inventory
        .get(&resource.kind, &physical_id)
        .is_none()
    {
        return Err(handler(
            format!(
                "Resource of type '{}' with identifier '{physical_id}' was not found.",
                resource.kind
            ),
            "NotFound",
        ));
    }
    if let Some((other, row)) = context.inventory.namesake(&resource.kind, properties)
        && other.physical_id != physical_id
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
        .creation_refusal(&resource.kind, &physical_id, properties);
    if let Some(reason) = refused {
        return Err(reason);
    }
    context
        .inventory
        .change(&resource.kind, &physical_id, properties);
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
) -> Option<Result<String, String>> {
    if let Some(identifier) = operation.imports.get(name) {
        let found = context.inventory.resources().find(|physical| {
            physical.kind == definition.kind
                && identifier
                    .iter()
                    .all(|(key, value)| is_identified(context, physical, key, value))
        });
        return Some(match found {
            Some(physical) => free(physical),
            None => Err(format!(
                "Resource of type '{}' with identifier '{}' was not found.",
                definition.kind,
                identifier.values().cloned().collect::<Vec<_>>().join("|")
            )),
        });
    }
    if !operation.import_existing {
        return None;
    }
    importable(context.inventory, definition, properties).map(free)
}

fn is_identified(
    context: &OperationContext<'_>,
    physical: &PhysicalResource,
    key: &str,
    value: &str,
) -> bool {
    let source = AttributeSource {
        naming: &naming(context.caller, Random::new(0)),
        kind: &physical.kind,
        physical_id: &physical.physical_id,
        properties: &physical.properties,
        version: 0,
    };
    physical.physical_id == value
        || physical.properties.text(key) == Some(value)
        || source.attribute(key) == value
}

fn free(physical: &PhysicalResource) -> Result<String, String> {
    match &physical.owner {
        None => Ok(physical.physical_id.clone()),
        Some(owner) => Err(format!(
            "Resource {} is already managed by stack {}",
            physical.physical_id, owner.stack_id
        )),
    }
}

/// The physical resource that `ImportExistingResources` matches: it has the custom name that the
/// template states literally (no function), the template has the whole primary identifier of the
/// type, and the resource's deletion policy retains it.
pub(crate) fn importable<'a>(
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
    if !named || !definition.deletion.keeps() || kind.facts.permissions.read.is_empty() {
        return None;
    }
    inventory
        .namesake(&definition.kind, properties)
        .map(|(physical, _)| physical)
        .filter(|physical| physical.owner.is_none())
}

/// Assigns a physical resource to the stack. Differences from the template are left to the update
/// that follows an import.
pub(super) fn adopt(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    name: &str,
    properties: Properties,
    physical_id: String,
) {
    let Some(resource) = stack.resources.get_mut(name) else {
        return;
    };
    context.inventory.set_owner(
        &resource.kind,
        &physical_id,
        Some(Owner {
            stack: stack.number,
            stack_id: stack.id.clone(),
            logical_id: name.to_owned(),
        }),
    );
    resource.physical_id = Some(physical_id);
    resource.properties = properties;
    operation
        .undo_log
        .insert(name.to_owned(), UndoRecord::Imported);
}
