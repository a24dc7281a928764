//! The requests.

use std::collections::BTreeSet;

use cicd_stack::permissions::{
    self, Caller, calls, denial_reason, is_hand_written, normalize_action,
};
use common::resources::type_facts;
use serde_json::Value;

use super::{iam, kms};
use crate::pipelines::policy::{Decision, Denial, Request, Rights};
use crate::pipelines::template::{Resource, Stacks, TemplateError};

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
            operation,
            arn: self.stacks.identity_of(resource)?.arn,
            properties: self.stacks.properties(resource)?,
        };
        let needs = actions(resource, operation)
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
    pub(super) operation: Operation,
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

/// The actions of an operation: those of the type's schema without the denied ones, and the calls that no
/// schema lists.
fn actions(resource: &Resource<'_>, operation: Operation) -> Vec<String> {
    let Some(facts) = type_facts(resource.resource_type) else {
        return Vec::new();
    };
    let permissions = facts.permissions;
    // Tags are changed with the resource.
    let (handler, tagging) = match operation {
        Operation::Create => (permissions.create, &[][..]),
        Operation::Read => (permissions.read, &[][..]),
        Operation::Update => (permissions.update, permissions.tagging),
        Operation::Delete => (permissions.delete, &[][..]),
    };
    let listed = handler.iter().chain(tagging).copied();
    let listed = listed.filter(|action| denial_reason(action).is_none() || is_hand_written(action));
    let unlisted = calls()
        .iter()
        .filter(|row| is_made(row.caller, resource, operation));
    let actions: BTreeSet<String> = listed
        .chain(unlisted.flat_map(|row| row.actions).copied())
        .map(normalize_action)
        .collect();
    actions.into_iter().collect()
}

/// Whether CloudFormation makes the calls of a row in this operation.
fn is_made(caller: Caller, resource: &Resource<'_>, operation: Operation) -> bool {
    let rolls = || !resource.update_policy["AutoScalingRollingUpdate"].is_null();
    caller.resource_type() == Some(resource.resource_type)
        && match caller {
            Caller::AnyOperation(_) => true,
            Caller::Change(_) => matches!(operation, Operation::Create | Operation::Update),
            Caller::Update(_) => operation == Operation::Update,
            Caller::RollingUpdate(_) => operation == Operation::Update && rolls(),
            Caller::SourceArtifact | Caller::StoppedExecution => false,
        }
}

/// A connection is passed under the name of the service that its ARN carries; the schema knows the
/// older one, and the table of calls has the newer.
///
/// Source: <https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html>
fn renamed(subject: &Subject<'_>, action: String) -> String {
    let names = ["codeconnections", "codestar-connections"];
    let (service, name) = action.split_once(':').unwrap_or_default();
    let mut carried = names
        .into_iter()
        .filter(|name| !subject.mentioned(name).is_empty());
    match carried.next() {
        Some(carried) if names.contains(&service) => format!("{carried}:{name}"),
        _ => action,
    }
}
