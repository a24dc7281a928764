//! Values held against the schemas.

mod data;
mod functions;
mod undamaged;
mod violations;

use property_schemas::{Constraint, Context, Violation, validate, validate_template};
use serde_json::{Value, json};

/// What the properties of a resource called `X` violate.
fn violations(resource_type: &str, properties: Value) -> Vec<Violation> {
    validate(
        resource_type,
        &properties,
        "/Resources/X/Properties",
        Context::default(),
    )
}

/// The same as the sentences that people read.
fn sentences(resource_type: &str, properties: Value) -> Vec<String> {
    violations(resource_type, properties)
        .iter()
        .map(|violation| {
            let text = violation.to_string();
            text.replacen("/Resources/X/Properties", "", 1)
        })
        .collect()
}

/// What a template violates, as the keywords and the paths below the properties of `X`.
fn keywords(template: &Value) -> Vec<(&'static str, String)> {
    validate_template(template)
        .iter()
        .map(|violation| {
            let path = violation.path.replacen("/Resources/X/Properties", "", 1);
            (violation.constraint.keyword(), path)
        })
        .collect()
}

/// A template with one resource called `X`, beside the sections that are given.
fn template(resource_type: &str, properties: Value, others: Value) -> Value {
    let mut template = others;
    template["Resources"]["X"] = json!({ "Type": resource_type, "Properties": properties });
    template
}

/// The one constraint that is violated.
fn only(mut violations: Vec<Violation>) -> Constraint {
    assert_eq!(violations.len(), 1, "{violations:?}");
    violations.remove(0).constraint
}
