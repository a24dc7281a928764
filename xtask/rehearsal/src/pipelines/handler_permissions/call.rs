//! The permissions that a resource handler needs, and the resource that it is called for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pipelines::policy::{Policies, Request};
use crate::pipelines::template::{Resource, Stacks};

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It is created.
    Create,
    /// It is read: after creating it, and to see whether it has drifted.
    Read,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];
}

/// One action that has to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequiredPermission {
    /// On a resource that is known.
    OnResource(Request),
    /// On something: where a schema lists an action of another service than the resource's own, it
    /// doesn't say on what, and the properties don't name it.
    OnAny(String),
}

impl RequiredPermission {
    /// The action.
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

/// A resource with what is known of it.
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
    /// The ARNs of a service that its properties mention.
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
