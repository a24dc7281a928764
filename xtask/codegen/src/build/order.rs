//! Lists whose order does not count.

use std::collections::BTreeSet;

use crate::schema::{Schema, Shape, dotted};

/// The dotted paths of every list that a schema calls unordered, `*` for every item of a list on the way. What can
/// only be read is left out.
///
/// Within a definition that contains itself, as the statements of a web ACL do, only the outermost level is listed.
pub(super) fn unordered(schema: &Schema) -> Vec<String> {
    let mut walk = Walk {
        schema,
        found: BTreeSet::new(),
    };
    for (name, shape) in schema.root.merged_properties() {
        walk.shape(&shape, &name, &mut Vec::new());
    }
    let read_only: Vec<String> = schema
        .read_only_properties
        .iter()
        .map(|pointer| dotted(pointer))
        .collect();
    walk.found
        .into_iter()
        .filter(|path| !read_only.contains(path))
        .collect()
}

struct Walk<'s> {
    schema: &'s Schema,
    found: BTreeSet<String>,
}

impl<'s> Walk<'s> {
    fn shape(&mut self, shape: &Shape, path: &str, within: &mut Vec<String>) {
        if shape.insertion_order == Some(false) {
            self.found.insert(path.to_owned());
        }
        if let Some(name) = shape.definition() {
            let schema: &'s Schema = self.schema;
            if let Some(target) = schema.definitions.get(name)
                && !within.iter().any(|other| other == name)
            {
                within.push(name.to_owned());
                self.shape(target, path, within);
                within.pop();
            }
            return;
        }
        if let Some(items) = &shape.items {
            self.shape(items, &format!("{path}.*"), within);
        }
        for (name, property) in shape.merged_properties() {
            self.shape(&property, &format!("{path}.{name}"), within);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_unordered_where_the_schema_says_so() {
        let schema: Schema = serde_json::from_str(
            r##"{
                "properties": {
                    "Cages": {"type": "array", "insertionOrder": false, "items": {"$ref": "#/definitions/Cage"}},
                    "Queue": {"type": "array", "items": {"type": "string"}},
                    "Readers": {"type": "array", "insertionOrder": false}
                },
                "readOnlyProperties": ["/properties/Readers"],
                "definitions": {"Cage": {"type": "object", "properties": {
                    "Animals": {"type": "array", "insertionOrder": false, "items": {"type": "string"}},
                    "Meals": {"type": "array", "insertionOrder": true, "items": {"type": "string"}},
                    "Inner": {"$ref": "#/definitions/Cage"}}}}
            }"##,
        )
        .unwrap();
        assert_eq!(unordered(&schema), ["Cages", "Cages.*.Animals"]);
    }
}
