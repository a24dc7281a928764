//! The permissions that a resource handler needs, and the resource that it is called for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pipelines::policy::{Policies, Request};
use crate::pipelines::template::{Resource, Stacks};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Create,
    /// After a creation, and in drift detection.
    Read,
    Update,
    Delete,
}

impl Operation {
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];
}

/// An action that has to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequiredPermission {
    /// On a known resource.
    OnResource(Request),
    /// On an unknown resource: the schema lists an action of another service, and no property names
    /// its resource.
    OnAny(String),
}

impl RequiredPermission {
    #[must_use]
    pub fn action(&self) -> &str {
        match self {
            Self::OnResource(request) => &request.action,
            Self::OnAny(action) => action,
        }
    }

    /// The resource, where it is known.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        match self {
            Self::OnResource(request) => Some(&request.resource),
            Self::OnAny(_) => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct HandlerCall<'a> {
    pub(super) resource: Resource<'a>,
    pub(super) operation: Operation,
    pub(super) arn: Option<String>,
    pub(super) properties: Value,
    pub(super) stacks: &'a Stacks,
    pub(super) rights: &'a Policies,
}

impl HandlerCall<'_> {
    /// The ARNs of a service in the resource's properties.
    pub(super) fn mentioned_arns(&self, service: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        collect(&self.properties, &mut |text| {
            if text.starts_with("arn:") && service_of(text) == service {
                found.insert(text.to_owned());
            }
        });
        found
    }
}

fn collect(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(entries) => entries.values().for_each(|entry| collect(entry, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

pub(super) fn service_of(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}
