//! IAM in a template: policy documents, attachments, permissions boundaries.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::statement::{Statement, statements};
use crate::difference::render;
use cloudformation::template::{resource, resource_type, resources};

/// The statements of every policy document in these resources, by `LogicalId.Property`.
#[must_use]
pub fn policy_statements(
    template: &Value,
    ids: &BTreeSet<&str>,
) -> BTreeMap<String, Vec<Statement>> {
    let mut found = BTreeMap::new();
    for (id, name, value) in properties(template, ids) {
        let documents = documents_in(value);
        if !documents.is_empty() {
            let statements = documents.into_iter().flat_map(statements).collect();
            found.insert(format!("{id}.{name}"), statements);
        }
    }
    found
}

fn properties<'a>(
    template: &'a Value,
    ids: &BTreeSet<&str>,
) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
    resources(template)
        .filter(|(id, _)| ids.contains(id))
        .flat_map(|(id, resource)| {
            let properties = resource.get("Properties").and_then(Value::as_object);
            properties
                .into_iter()
                .flatten()
                .map(move |(name, value)| (id, name.as_str(), value))
        })
}

/// The policy documents in a value.
pub(super) fn documents_in(value: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

/// A policy document is recognized by its statements with an effect, wherever it stands.
fn collect<'a>(value: &'a Value, documents: &mut Vec<&'a Value>) {
    let is_statement = |value: &Value| value.get("Effect").is_some();
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, documents)),
        Value::Object(entries) => {
            let found = match entries.get("Statement") {
                Some(Value::Array(statements)) => statements.iter().any(is_statement),
                Some(one) => is_statement(one),
                None => false,
            };
            if found {
                documents.push(value);
            } else {
                entries.values().for_each(|item| collect(item, documents));
            }
        }
        _ => {}
    }
}

/// Policies attached by name, and principals they are attached to, as lists in which an addition is
/// a broadening. By `LogicalId.Property`.
#[must_use]
pub fn attachments(template: &Value, ids: &BTreeSet<&str>) -> BTreeMap<String, BTreeSet<String>> {
    const LISTS: [&str; 4] = ["ManagedPolicyArns", "Roles", "Users", "Groups"];
    let is_iam = |id: &str| {
        resource(template, id).is_some_and(|one| resource_type(one).starts_with("AWS::IAM::"))
    };
    properties(template, ids)
        .filter(|(id, name, _)| LISTS.contains(name) && is_iam(id))
        .filter_map(|(id, name, value)| {
            let items = value.as_array()?.iter().map(render).collect();
            Some((format!("{id}.{name}"), items))
        })
        .collect()
}

/// The permissions boundaries, by logical id.
#[must_use]
pub fn boundaries<'a>(template: &'a Value, ids: &BTreeSet<&str>) -> BTreeMap<&'a str, String> {
    properties(template, ids)
        .filter(|(_, name, _)| *name == "PermissionsBoundary")
        .map(|(id, _, value)| (id, render(value)))
        .collect()
}
