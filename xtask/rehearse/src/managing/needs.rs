//! The requests.

use std::collections::{BTreeMap, BTreeSet};

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
pub struct Need {
    /// The action.
    pub action: String,
    /// The requests that it may be asked as. One of them has to be allowed: where a schema lists an
    /// action on something else than the resource itself, it doesn't say on what.
    pub one_of: Vec<Request>,
}

/// Knows what managing the resources of an environment takes.
#[derive(Debug)]
pub struct Manager<'a> {
    pub(super) stacks: &'a Stacks,
    pub(super) rights: &'a Rights,
    /// The ARNs of everything that the templates hold, by service.
    by_service: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Manager<'a> {
    /// For an environment.
    ///
    /// # Errors
    /// When a name in the templates can't be resolved.
    pub fn new(stacks: &'a Stacks, rights: &'a Rights) -> Result<Self, TemplateError> {
        let mut by_service: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for resource in stacks.resources() {
            if let Some(arn) = stacks.identity_of(&resource)?.arn {
                let service = service_of(&arn).to_owned();
                by_service.entry(service).or_default().insert(arn);
            }
        }
        Ok(Self {
            stacks,
            rights,
            by_service,
        })
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
                _ => vec![self.other(&subject, action)],
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
            let mut denial = Denial::Nothing;
            let allowed =
                need.one_of
                    .iter()
                    .any(|request| match self.rights.decide(role, request) {
                        Decision::Allowed(_) => true,
                        Decision::Denied(reason) => {
                            denial = reason;
                            false
                        }
                    });
            if !allowed {
                return Ok(Some((need, denial)));
            }
        }
        Ok(None)
    }

    fn other(&self, subject: &Subject<'_>, action: String) -> Need {
        let (service, name) = action.split_once(':').unwrap_or_default();
        let unscoped =
            permissions::service(service).is_some_and(|service| service.is_unscoped(name));
        let on: Vec<String> = match &subject.arn {
            _ if unscoped => vec!["*".to_owned()],
            Some(arn) if service_of(arn) == service => vec![arn.clone()],
            _ => {
                let others = self.by_service.get(service).into_iter().flatten();
                others.cloned().chain(subject.mentioned(service)).collect()
            }
        };
        Need {
            one_of: on
                .into_iter()
                .map(|arn| Request::new(action.as_str(), arn))
                .collect(),
            action,
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
