//! Resolution of JSON pointers in a schema.

use std::collections::BTreeSet;

use crate::schema::{Schema, Shape};

/// The places of a type whose properties can't be set, read or changed as others can.
pub(crate) struct Restricted {
    pub(crate) read_only: BTreeSet<String>,
    pub(crate) write_only: BTreeSet<String>,
    pub(crate) create_only: BTreeSet<String>,
    pub(crate) conditional_create_only: BTreeSet<String>,
    pub(crate) deprecated: BTreeSet<String>,
}

impl Restricted {
    pub(crate) fn of(schema: &Schema) -> Self {
        Self {
            read_only: all(schema, &schema.read_only_properties),
            write_only: all(schema, &schema.write_only_properties),
            create_only: all(schema, &schema.create_only_properties),
            conditional_create_only: all(schema, &schema.conditional_create_only_properties),
            deprecated: all(schema, &schema.deprecated_properties),
        }
    }
}

/// The places (`Property` or `Definition.Property`) of some pointers. A pointer that leads
/// nowhere is left out: some schemas keep pointers to properties they no longer have.
fn all(schema: &Schema, pointers: &[String]) -> BTreeSet<String> {
    pointers
        .iter()
        .filter_map(|pointer| Some(find(schema, pointer)?.0))
        .collect()
}

/// The place and the shape that a pointer leads to.
pub(super) fn find(schema: &Schema, pointer: &str) -> Option<(String, Shape)> {
    let names: Vec<&str> = pointer
        .split('/')
        .filter(|part| !matches!(*part, "" | "properties" | "items" | "*"))
        .collect();
    let mut owner = String::new();
    let mut shape = schema.root.clone();
    let mut place = String::new();
    for name in names {
        let (definition, target) = followed(schema, shape)?;
        if let Some(definition) = definition {
            owner = definition;
        } else if !place.is_empty() {
            owner = place;
        }
        shape = target.merged_properties().remove(name)?;
        place = if owner.is_empty() {
            name.to_owned()
        } else {
            format!("{owner}.{name}")
        };
    }
    (!place.is_empty()).then_some((place, shape))
}

/// A shape without references and lists around it, with the last definition it was found in.
fn followed(schema: &Schema, mut shape: Shape) -> Option<(Option<String>, Shape)> {
    let mut definition = None;
    loop {
        if let Some(name) = shape.definition() {
            let target = schema.definitions.get(name)?.clone();
            definition = Some(name.to_owned());
            shape = target;
        } else if let Some(items) = shape.items {
            shape = *items;
        } else {
            return Some((definition, shape));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_follow_definitions_lists_and_inline_objects() {
        let schema: Schema = serde_json::from_str(
            r##"{
                "properties": {
                    "Meals": {"type": "array", "items": {"$ref": "#/definitions/Meal"}},
                    "Door": {"type": "object", "properties": {"Width": {"type": "integer"}}}
                },
                "definitions": {"Meal": {"type": "object", "properties": {
                    "Hour": {"type": "integer"}}}}
            }"##,
        )
        .unwrap();
        let pointers = [
            "/properties/Meals/*/Hour",
            "/properties/Door/Width",
            "/properties/Gone",
        ];
        let places = all(&schema, &pointers.map(str::to_owned));
        let places: Vec<_> = places.iter().map(String::as_str).collect();
        assert_eq!(places, ["Door.Width", "Meal.Hour"]);
    }
}
