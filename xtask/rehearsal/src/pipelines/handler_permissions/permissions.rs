//! Permissions by resource and operation.

use std::collections::BTreeSet;

use super::call::{HandlerCall, Operation, RequiredPermission, service_of};
use super::{iam, kms};
use crate::pipelines::policy::{Decision, Denial, Policies, Request};
use crate::pipelines::template::{Resource, Stacks, TemplateError};
use cicd_stack::permissions::{
    self, Caller, calls, denial_reason, is_hand_written, normalize_action,
};
use common::resources::type_facts;

/// The handler permissions for the resources of an environment.
#[derive(Clone, Copy, Debug)]
pub struct HandlerPermissions<'a> {
    stacks: &'a Stacks,
    rights: &'a Policies,
}

impl<'a> HandlerPermissions<'a> {
    #[must_use]
    pub const fn new(stacks: &'a Stacks, rights: &'a Policies) -> Self {
        Self { stacks, rights }
    }

    /// The permissions that an operation on a resource needs.
    ///
    /// # Errors
    /// When its properties can't be resolved.
    pub fn required(
        &self,
        resource: &Resource<'_>,
        operation: Operation,
    ) -> Result<Vec<RequiredPermission>, TemplateError> {
        let call = HandlerCall {
            resource: *resource,
            operation,
            arn: self.stacks.identity(resource)?.arn,
            properties: self.stacks.properties(resource)?,
            stacks: self.stacks,
            rights: self.rights,
        };
        let required = actions(resource, operation)
            .into_iter()
            .map(|action| renamed(&call, action))
            .flat_map(|action| match action.split_once(':') {
                Some(("iam", _)) => iam::required(&call, &action),
                Some(("kms", _)) => kms::required(&call, &action),
                _ => other(&call, action),
            });
        Ok(required.collect())
    }

    /// The first permission that a role lacks for an operation, and the reason.
    ///
    /// # Errors
    /// As [`Self::required`].
    pub fn missing(
        &self,
        role: &str,
        resource: &Resource<'_>,
        operation: Operation,
    ) -> Result<Option<(RequiredPermission, Denial)>, TemplateError> {
        for permission in self.required(resource, operation)? {
            let decision = match &permission {
                RequiredPermission::OnResource(request) => self.rights.decide(role, request),
                RequiredPermission::OnAny(action) => self.rights.decide_on_any(role, action),
            };
            if let Decision::Denied(denial) = decision {
                return Ok(Some((permission, denial)));
            }
        }
        Ok(None)
    }
}

/// Actions of services without rules of their own.
fn other(call: &HandlerCall<'_>, action: String) -> Vec<RequiredPermission> {
    let (service, name) = action.split_once(':').unwrap_or_default();
    let unscoped = permissions::service(service).is_some_and(|service| service.is_unscoped(name));
    let on = |arn: &str| RequiredPermission::OnResource(Request::new(action.as_str(), arn));
    match &call.arn {
        _ if unscoped => vec![on("*")],
        Some(arn) if service_of(arn) == service => vec![on(arn)],
        _ => {
            let mentioned_arns = call.mentioned_arns(service);
            if mentioned_arns.is_empty() {
                return vec![RequiredPermission::OnAny(action)];
            }
            mentioned_arns.iter().map(|arn| on(arn)).collect()
        }
    }
}

/// The actions of an operation: those of the schema that are not withheld, and the unlisted calls.
fn actions(resource: &Resource<'_>, operation: Operation) -> Vec<String> {
    let Some(facts) = type_facts(resource.resource_type) else {
        return Vec::new();
    };
    let permissions = facts.permissions;
    // An update may change tags.
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

/// Whether CloudFormation makes a row's calls in this operation.
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

/// A connection is passed under the service name in its ARN: the schema has the older name, the
/// table of calls the newer.
///
/// Source: <https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html>
fn renamed(call: &HandlerCall<'_>, action: String) -> String {
    let names = ["codeconnections", "codestar-connections"];
    let (service, name) = action.split_once(':').unwrap_or_default();
    let mut carried = names
        .into_iter()
        .filter(|name| !call.mentioned_arns(name).is_empty());
    match carried.next() {
        Some(carried) if names.contains(&service) => format!("{carried}:{name}"),
        _ => action,
    }
}
