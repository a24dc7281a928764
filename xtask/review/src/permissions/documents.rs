//! IAM in a template: policy documents, attachments, permissions boundaries.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::statement::{Statement, statements};
use crate::difference::render;
use cloudformation::iam::documents;
use cloudformation::template::{self, resource, resource_type, resources};

/// The properties that attach a policy to principals. A policy with one of them has no permissions of its own.
pub const OWNERS: [&str; 6] = [
    "Roles",
    "Users",
    "Groups",
    "RoleName",
    "UserName",
    "GroupName",
];

/// The statements of every policy document in these resources, by `LogicalId.Property`.
#[must_use]
pub fn policy_statements(
    template: &Value,
    ids: &BTreeSet<&str>,
) -> BTreeMap<String, Vec<Statement>> {
    let mut found = BTreeMap::new();
    for (id, name, value) in properties(template, ids) {
        let documents = documents(value);
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
            let properties = template::properties(resource).as_object();
            properties
                .into_iter()
                .flatten()
                .map(move |(name, value)| (id, name.as_str(), value))
        })
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
