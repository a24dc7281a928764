//! Things that exist and become resources of a stack.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html>

use super::engine::Engine;
use super::model::Stack;
use super::operation::{Operation, Touched};
use super::scope::naming;
use crate::kinds::Kind;
use crate::properties::Properties;
use crate::random::Random;
use crate::template::ResourceDefinition;
use crate::world::{Owner, Thing, World, attribute};

impl Engine<'_> {
    /// What a resource is to be imported from, if it is: the physical id, or why it can't be.
    pub(super) fn find_import(
        &self,
        operation: &Operation,
        name: &str,
        definition: &ResourceDefinition,
        properties: &Properties,
    ) -> Option<Result<String, String>> {
        if let Some(identifier) = operation.imports.get(name) {
            let found = self.world.things().find(|thing| {
                thing.kind == definition.kind
                    && identifier
                        .iter()
                        .all(|(key, value)| self.is_identified(thing, key, value))
            });
            return Some(match found {
                Some(thing) => free(thing),
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
        importable(self.world, definition, properties).map(free)
    }

    fn is_identified(&self, thing: &Thing, key: &str, value: &str) -> bool {
        thing.physical_id == value
            || thing.properties.text(key) == Some(value)
            || attribute(
                &naming(self.caller, Random::new(0)),
                &thing.kind,
                &thing.physical_id,
                &thing.properties,
                0,
                key,
            ) == value
    }

    /// The thing belongs to the stack from now on. What the template says otherwise is put right by
    /// the update that follows an import.
    pub(super) fn take_over(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        name: &str,
        properties: Properties,
        physical_id: String,
    ) {
        let Some(resource) = stack.resources.get_mut(name) else {
            return;
        };
        self.world.give(
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
        operation.touched.insert(name.to_owned(), Touched::Imported);
    }
}

/// A thing that no stack has.
fn free(thing: &Thing) -> Result<String, String> {
    match &thing.owner {
        None => Ok(thing.physical_id.clone()),
        Some(owner) => Err(format!(
            "Resource {} is already managed by stack {}",
            thing.physical_id, owner.stack_id
        )),
    }
}

/// The thing that `ImportExistingResources` takes for a resource: it has the custom name that the
/// template gives as it is (no function), the type's whole identifier is in the template, and the
/// resource stays when its stack goes.
pub(crate) fn importable<'a>(
    world: &'a World,
    definition: &ResourceDefinition,
    properties: &Properties,
) -> Option<&'a Thing> {
    let kind = Kind::of(&definition.kind)?;
    let named = kind.facts.primary_identifier.iter().all(|path| {
        kind.facts.properties.contains(path)
            && definition
                .properties
                .get(*path)
                .is_some_and(serde_json::Value::is_string)
    });
    if !named || !definition.deletion.keeps() {
        return None;
    }
    world
        .namesake(&definition.kind, properties)
        .map(|(thing, _)| thing)
        .filter(|thing| thing.owner.is_none())
}
