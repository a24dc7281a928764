//! Properties, held against the schema of their type.
//!
//! Only the first level: what is known of types are the names of their properties.

use serde_json::{Map, Value};

use crate::kinds::Kind;
use crate::template::ResourceDefinition;

/// What is wrong with a resource's properties, if anything, one line for each.
pub(crate) fn violation(
    definition: &ResourceDefinition,
    properties: &Map<String, Value>,
) -> Option<String> {
    let kind = Kind::of(&definition.kind)?;
    let mut lines: Vec<String> = kind
        .facts
        .required
        .iter()
        .filter(|name| !properties.contains_key(**name))
        .map(|name| format!("#: required key [{name}] not found"))
        .collect();
    if !kind.open {
        lines.extend(
            properties
                .keys()
                .filter(|name| !kind.facts.properties.contains(&name.as_str()))
                .map(|name| format!("#: extraneous key [{name}] is not permitted")),
        );
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}
