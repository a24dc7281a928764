//! Validation of properties against the schema of their type.
//!
//! Only the first level: the facts contain only the names of properties.

use serde_json::{Map, Value};

use crate::resource_type::ResourceType;
use crate::template::ResourceDefinition;

/// The violations in the properties of a resource, if any, one per line.
pub(crate) fn violation(
    definition: &ResourceDefinition,
    properties: &Map<String, Value>,
) -> Option<String> {
    let kind = ResourceType::named(&definition.kind)?;
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
