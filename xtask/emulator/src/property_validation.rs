//! Properties held against the schema of their type.
//!
//! CloudFormation validates against the schema, before it deploys and before it calls a handler. What cfn-lint adds to
//! the schemas is not checked here. A value that only AWS sets passes the schema, and is refused later
//! (<https://github.com/aws-cloudformation/cloudformation-resource-schema/issues/102>).

use property_schemas::{Constraint, Context, Origin, Violation, validate};
use serde_json::{Value, json};

use crate::properties::Properties;
use crate::template::KNOWN_AFTER_APPLY;

/// Where the properties of a resource are in its template.
fn root(logical_id: &str) -> String {
    format!("/Resources/{logical_id}/Properties")
}

fn violations(kind: &str, path: &str, properties: &Properties) -> Vec<Violation> {
    let mut properties = Value::Object(properties.map().clone());
    leave_open(&mut properties, &mut 0);
    validate(kind, &properties, path, Context::default())
}

/// What is known only once the change set is executed becomes a function again, each one another, since no two have to
/// give the same.
fn leave_open(value: &mut Value, count: &mut u32) {
    match value {
        Value::String(text) if text.contains(KNOWN_AFTER_APPLY) => {
            *count += 1;
            *value = json!({ "Fn::ImportValue": count.to_string() });
        }
        Value::Array(items) => items.iter_mut().for_each(|item| leave_open(item, count)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| leave_open(member, count)),
        _ => {}
    }
}

/// What validation before deployment finds: the path and the reason of each violation.
///
/// Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>,
/// <https://github.com/aws/aws-cdk-cli/pull/1463> for the text about required properties.
pub(crate) fn early_violations(
    kind: &str,
    logical_id: &str,
    properties: &Properties,
) -> Vec<(String, String)> {
    let violations = violations(kind, &root(logical_id), properties);
    let early = violations.into_iter().filter(|violation| {
        violation.origin == Origin::Schema && violation.constraint != Constraint::ReadOnly
    });
    early
        .map(|violation| {
            let path = &violation.path;
            match &violation.constraint {
                Constraint::Required { property } => {
                    let reason = format!("Required property [{property}] not found");
                    (path.clone(), reason)
                }
                Constraint::UnknownProperty { .. } => {
                    let (owner, name) = split(path);
                    (owner.to_owned(), format!("Unsupported property [{name}]"))
                }
                _ => (path.clone(), violation.sentence().to_string()),
            }
        })
        .collect()
}

/// Why CloudFormation does not call the handler: the violations of the schema, one per line, in the words of the
/// library that handlers validate with.
///
/// Source: <https://repost.aws/knowledge-center/cloudformation-resolve-model-val-failed>
pub(crate) fn schema_refusal(kind: &str, properties: &Properties) -> Option<String> {
    let lines: Vec<String> = violations(kind, "#", properties)
        .iter()
        .filter(|violation| violation.origin == Origin::Schema)
        .map(line)
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn line(violation: &Violation) -> String {
    let path = &violation.path;
    match &violation.constraint {
        Constraint::Required { property } => format!("{path}: required key [{property}] not found"),
        Constraint::UnknownProperty { .. } | Constraint::ReadOnly => {
            let (owner, name) = split(path);
            format!("{owner}: extraneous key [{name}] is not permitted")
        }
        Constraint::AnyOf { alternatives } => {
            format!("{path}: no subschema matched out of the total {alternatives} subschemas")
        }
        Constraint::OneOf { matching, .. } => {
            format!("{path}: {matching} subschemas matched instead of one")
        }
        constraint => format!(
            "{path}: failed validation constraint for keyword [{}]",
            constraint.keyword()
        ),
    }
}

/// The path of the owner, and the name of its member.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("#", path))
}
