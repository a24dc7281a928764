//! Places of properties: `/ContainerDefinitions/*/Name`.

use serde_json::{Map, Value as Json, json};

fn steps(place: &str) -> impl DoubleEndedIterator<Item = &str> {
    place.split('/').filter(|step| !step.is_empty())
}

/// The schema of the value at a place as a schema of the properties.
pub(super) fn wrapped(place: &str, rule: Json) -> Json {
    steps(place).rev().fold(rule, |rule, step| {
        if step == "*" {
            json!({ "items": rule })
        } else {
            json!({ "properties": { step: rule } })
        }
    })
}

/// Whether the facts of a type know the place.
pub(super) fn exists(facts: &Map<String, Json>, place: &str) -> bool {
    let mut shape = facts;
    for step in steps(place) {
        shape = resolve(facts, shape);
        let next = match step {
            "*" => shape.get("items"),
            name => shape.get("properties").and_then(|all| all.get(name)),
        };
        match next.and_then(Json::as_object) {
            Some(next) => shape = next,
            None => return false,
        }
    }
    true
}

/// The shape that a reference to a definition stands for; the shape itself where it is none.
pub(super) fn resolve<'f>(
    facts: &'f Map<String, Json>,
    mut shape: &'f Map<String, Json>,
) -> &'f Map<String, Json> {
    // Definitions that only refer to each other would be a cycle.
    for _ in 0..8 {
        let definition = shape
            .get("ref")
            .and_then(Json::as_str)
            .and_then(|name| facts.get("definitions")?.get(name)?.as_object());
        match definition {
            Some(definition) => shape = definition,
            None => break,
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_about_all_properties() {
        assert_eq!(
            wrapped("/Cages/*/Door", json!({ "minLength": 1 })),
            json!({ "properties": { "Cages": { "items": { "properties": { "Door": { "minLength": 1 } } } } } })
        );
        assert_eq!(wrapped("/", json!({})), json!({}));
    }

    #[test]
    fn places_are_followed_through_definitions() {
        let facts = json!({
            "properties": { "Cages": { "items": { "ref": "Cage" } } },
            "definitions": { "Cage": { "properties": { "Door": {} } } },
        });
        let facts = facts.as_object().unwrap();
        assert!(exists(facts, "/Cages/*/Door"));
        assert!(exists(facts, "/"));
        assert!(!exists(facts, "/Cages/Door"));
        assert!(!exists(facts, "/Cages/*/Window"));
    }
}
