//! The table of meanings knows everything that the definition sets.

use std::collections::{BTreeMap, BTreeSet};

use review::{Environment, meaning};
use serde_json::Value;

use crate::scenario::base;

/// Every property that is set, by type, as deep as items have no rows above them.
fn properties_in_use() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for assembly in base() {
        let environment = Environment::new(assembly).expect("JSON");
        for resource in environment.resources() {
            let set = found.entry(resource.resource_type.to_owned()).or_default();
            if let Some(properties) = resource.json.get("Properties") {
                leaves("", properties, set);
            }
        }
    }
    found
}

fn leaves(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) if !is_function(entries) && !entries.is_empty() => {
            for (name, value) in entries {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                leaves(&path, value, found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().for_each(|item| leaves(path, item, found))
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

fn is_function(entries: &serde_json::Map<String, Value>) -> bool {
    entries.len() == 1
        && entries
            .keys()
            .all(|key| key == "Ref" || key.starts_with("Fn::"))
}

#[test]
fn every_property_of_the_definition_has_a_meaning() {
    let mut missing = Vec::new();
    for (resource_type, properties) in properties_in_use() {
        match meaning::of(&resource_type) {
            None => missing.push(resource_type.clone()),
            Some(row) => missing.extend(
                properties
                    .iter()
                    .filter(|path| row.property(path).is_none())
                    .map(|path| format!("{resource_type} {path}")),
            ),
        }
    }
    assert!(
        missing.is_empty(),
        "{} without a meaning:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

#[test]
fn every_row_has_a_source_and_stands_for_something_in_use() {
    let in_use = properties_in_use();
    for resource_type in in_use.keys() {
        if let Some(row) = meaning::of(resource_type) {
            assert!(!row.sources.is_empty(), "{resource_type} has no source");
        }
    }
}

#[test]
fn every_resource_names_the_line_that_makes_it() {
    let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let network = network_stack::stacks;
    let definition =
        common::Definition::load(&crate::scenario::definition_folder()).expect("a definition");
    let environment = definition.environments.first().expect("an environment");
    for stack in network(environment).expect("stacks") {
        assert_eq!(stack.locations.len(), stack.resources);
        for (logical_id, place) in &stack.locations {
            let (file, line) = place.split_once(':').expect("file and line");
            let text = std::fs::read_to_string(workspace.join(file))
                .unwrap_or_else(|error| panic!("{place}: {error}"));
            let line: usize = line.parse().expect("a line");
            assert!(line <= text.lines().count(), "{logical_id} at {place}");
        }
    }
}
