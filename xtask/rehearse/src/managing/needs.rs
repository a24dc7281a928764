//! The requests.

use std::collections::BTreeSet;

use cicd_stack::permissions::{self, is_hand_written, withheld};
use common::resources::type_facts;
use serde_json::Value;

use super::{iam, kms};
use crate::policy::{Decision, Denial, Request, Rights};
use crate::template::{Resource, Stacks, TemplateError};

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
pub enum Need {
    /// On a resource that is known.
    On(Request),
    /// On something: where a schema lists an action of another service than the resource's own, it
    /// doesn't say on what, and the properties don't name it.
    Somewhere(String),
}

impl Need {
    /// The action.
    #[must_use]
    pub fn action(&self) -> &str {
        match self {
            Self::On(request) => &request.action,
            Self::Somewhere(action) => action,
        }
    }

    /// The resource, where it is known.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        match self {
            Self::On(request) => Some(&request.resource),
            Self::Somewhere(_) => None,
        }
    }
}

/// Knows what managing the resources of an environment takes.
#[derive(Clone, Copy, Debug)]
pub struct Manager<'a> {
    pub(super) stacks: &'a Stacks,
    pub(super) rights: &'a Rights,
}

impl<'a> Manager<'a> {
    /// For an environment.
    #[must_use]
    pub const fn new(stacks: &'a Stacks, rights: &'a Rights) -> Self {
        Self { stacks, rights }
    }

    /// What an operation on a resource needs.
    ///
    /// # Errors
    /// When its properties can't be resolved.
    pub fn needs(
        &self,
        resource: &Resource<'_>,
        operation: Operation,
    ) -> Result<Vec<Need>, TemplateError> {
        let subject = Subject {
            resource: *resource,
            arn: self.stacks.identity_of(resource)?.arn,
            properties: self.stacks.properties(resource)?,
        };
        let needs = actions(resource.resource_type, operation)
            .into_iter()
            .map(|action| renamed(&subject, action))
            .flat_map(|action| match action.split_once(':') {
                Some(("iam", _)) => iam::needs(self, &subject, &action),
                Some(("kms", _)) => kms::needs(self, &subject, &action),
                _ => other(&subject, action),
            });
        Ok(needs.collect())
    }

    /// Why a role can't do an operation; nothing where it can.
    ///
    /// # Errors
    /// As [`Self::needs`].
    pub fn missing(
        &self,
        role: &str,
        resource: &Resource<'_>,
        operation: Operation,
    ) -> Result<Option<(Need, Denial)>, TemplateError> {
        for need in self.needs(resource, operation)? {
            let decision = match &need {
                Need::On(request) => self.rights.decide(role, request),
                Need::Somewhere(action) => self.rights.decide_somewhere(role, action),
            };
            if let Decision::Denied(denial) = decision {
                return Ok(Some((need, denial)));
            }
        }
        Ok(None)
    }
}

/// Actions of services that nothing else is known of.
fn other(subject: &Subject<'_>, action: String) -> Vec<Need> {
    let (service, name) = action.split_once(':').unwrap_or_default();
    let unscoped = permissions::service(service).is_some_and(|service| service.is_unscoped(name));
    let on = |arn: &str| Need::On(Request::new(action.as_str(), arn));
    match &subject.arn {
        _ if unscoped => vec![on("*")],
        Some(arn) if service_of(arn) == service => vec![on(arn)],
        _ => {
            let mentioned = subject.mentioned(service);
            if mentioned.is_empty() {
                return vec![Need::Somewhere(action)];
            }
            mentioned.iter().map(|arn| on(arn)).collect()
        }
    }
}

/// A resource with what is known of it.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    pub(super) resource: Resource<'a>,
    pub(super) arn: Option<String>,
    pub(super) properties: Value,
}

impl Subject<'_> {
    /// The ARNs of a service that its properties mention.
    pub(super) fn mentioned(&self, service: &str) -> BTreeSet<String> {
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

/// The actions of an operation, without those that are withheld and without patterns; of a type
/// whose schema lists none, what a person wrote down for all operations.
fn actions(resource_type: &str, operation: Operation) -> Vec<String> {
    let Some(facts) = type_facts(resource_type) else {
        return Vec::new();
    };
    let permissions = facts.permissions;
    let listed = match operation {
        Operation::Create => permissions.create,
        Operation::Read => permissions.read,
        Operation::Update => permissions.update,
        Operation::Delete => permissions.delete,
    };
    let nothing = permissions.create.is_empty() && permissions.delete.is_empty();
    if nothing {
        let given = permissions::actions([resource_type]).unwrap_or_default();
        let written = given.into_iter().flat_map(|(service, names)| {
            names
                .into_iter()
                .map(move |name| format!("{service}:{name}"))
        });
        return written.collect();
    }
    listed
        .iter()
        .filter(|action| !action.contains('*'))
        .filter(|action| withheld(action).is_none() || is_hand_written(action))
        .map(|action| spelt(action))
        .collect()
}

/// A connection is passed under the name of the service that its ARN carries; the schema knows the
/// older one.
///
/// Source: <https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html>
fn renamed(subject: &Subject<'_>, action: String) -> String {
    match action.strip_prefix("codestar-connections:") {
        Some(name) if !subject.mentioned("codeconnections").is_empty() => {
            format!("codeconnections:{name}")
        }
        _ => action,
    }
}

/// Actions begin with a capital. IAM doesn't mind; the tables of services do.
fn spelt(action: &str) -> String {
    match action.split_once(':') {
        Some((service, name)) => {
            let (first, rest) = name.split_at(name.len().min(1));
            format!("{service}:{}{rest}", first.to_ascii_uppercase())
        }
        None => action.to_owned(),
    }
}
