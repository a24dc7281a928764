//! Permissions that a stack's role lacks for what CloudFormation is about to do.

use cloudformation::template::{attribute, resource};
use cloudformation::{ChangeAction, Replacement};
use emulator::api::{Action, Answer, ApiError, Caller, Change};
use emulator::{Cloud, Effect, Fault, ResourceOperation};

use super::deployed::template;
use crate::pipelines::handler_permissions::{HandlerPermissions, Operation};
use crate::pipelines::policy::Policies;
use crate::pipelines::template::{Resource, Stacks};

/// An operation on a resource that the role lacks a permission for.
#[derive(Debug)]
pub(super) struct MissingPermission {
    pub(super) logical_id: String,
    pub(super) on: ResourceOperation,
    pub(super) why: String,
}

impl MissingPermission {
    pub(super) fn fault(&self, stack: &str) -> Fault {
        Fault {
            stack: Some(stack.to_owned()),
            logical_id: Some(self.logical_id.clone()),
            resource_type: None,
            on: self.on,
            times: Some(1),
            effect: Effect::Fail {
                reason: self.why.clone(),
            },
        }
    }
}

/// A change set as a request names it.
#[derive(Clone, Copy)]
pub(super) struct ChangeSetReference<'a> {
    /// A name, then with the stack, or an id.
    pub(super) change_set: &'a str,
    pub(super) stack: Option<&'a str>,
}

/// The permissions that a role lacks to execute a change set.
pub(super) fn missing_for_change_set(
    cloud: &mut Cloud,
    caller: &Caller,
    deployed: &Stacks,
    change_set: ChangeSetReference<'_>,
    role: &str,
) -> Result<Vec<MissingPermission>, ApiError> {
    let ChangeSetReference { change_set, stack } = change_set;
    let mut changes = Vec::new();
    let mut name = String::new();
    let mut afterwards = deployed.clone();
    let mut next = None;
    loop {
        let action = Action::DescribeChangeSet {
            change_set: change_set.to_owned(),
            stack: stack.map(str::to_owned),
            next,
            values: false,
        };
        let Answer::ChangeSet(set) = cloud.call(cloud.now(), caller, &action)? else {
            break;
        };
        name.clone_from(&set.summary.stack_name);
        afterwards.parameters_mut(&name).extend(set.parameters);
        changes.extend(set.changes.items);
        next = set.changes.next;
        if next.is_none() {
            break;
        }
    }
    let changed = template(cloud, caller, Some(&name), Some(change_set))?;
    afterwards.add(&name, changed);
    let planned = changes.iter().filter_map(operation);
    Ok(missing(deployed, &afterwards, &name, role, planned))
}

/// The permissions that a role lacks to delete a stack.
pub(super) fn missing_for_deletion(
    deployed: &Stacks,
    stack: &str,
    role: &str,
) -> Vec<MissingPermission> {
    let resources = deployed
        .resources()
        .filter(|resource| resource.stack == stack);
    let is_retained = |id: &str| {
        let template = deployed.template(stack).ok();
        let resource = template.and_then(|template| resource(template, id));
        let policy = resource.and_then(|resource| attribute(resource, "DeletionPolicy"));
        policy.is_some_and(|policy| policy.starts_with("Retain"))
    };
    let planned: Vec<(String, Operation)> = resources
        .filter(|resource| !is_retained(resource.id))
        .map(|resource| (resource.id.to_owned(), Operation::Delete))
        .collect();
    missing(deployed, deployed, stack, role, planned)
}

fn operation(change: &Change) -> Option<(String, Operation)> {
    let operation = match (change.action, change.replacement) {
        (ChangeAction::Add, _) | (ChangeAction::Modify, Replacement::Always) => Operation::Create,
        (ChangeAction::Modify | ChangeAction::Dynamic, _) => Operation::Update,
        (ChangeAction::Import, _) => Operation::Read,
        (ChangeAction::Remove, _) => {
            let is_retained = change.policy_action.as_deref();
            if is_retained.is_some_and(|policy| policy.starts_with("Retain")) {
                return None;
            }
            Operation::Delete
        }
    };
    Some((change.logical_id.clone(), operation))
}

/// A deletion is checked in the deployed templates, everything else in the new ones.
fn missing(
    deployed: &Stacks,
    afterwards: &Stacks,
    stack: &str,
    role: &str,
    planned: impl IntoIterator<Item = (String, Operation)>,
) -> Vec<MissingPermission> {
    // Read once each: a stack has many resources.
    let [before, after] = [deployed, afterwards].map(|stacks| (stacks, Policies::read(stacks)));
    let mut missing = Vec::new();
    for (logical_id, operation) in planned {
        let (stacks, rights) = match operation {
            Operation::Delete => &before,
            _ => &after,
        };
        let why = match rights {
            Ok(rights) => stacks
                .resource(stack, &logical_id)
                .and_then(|resource| denial_reason(stacks, rights, &resource, operation, role)),
            Err(error) => Some(format!("can't read the policies: {error}")),
        };
        if let Some(why) = why {
            let on = match operation {
                Operation::Create | Operation::Read => ResourceOperation::Create,
                Operation::Update => ResourceOperation::Update,
                Operation::Delete => ResourceOperation::Delete,
            };
            missing.push(MissingPermission {
                logical_id,
                on,
                why,
            });
        }
    }
    missing
}

/// The status reason of the resource's event.
fn denial_reason(
    stacks: &Stacks,
    rights: &Policies,
    resource: &Resource<'_>,
    operation: Operation,
    role: &str,
) -> Option<String> {
    match HandlerPermissions::new(stacks, rights).missing(role, resource, operation) {
        Ok(None) => None,
        Ok(Some((permission, denial))) => Some(format!(
            "User: {role} is not authorized to perform: {} on {} ({denial})",
            permission.action(),
            permission.resource().unwrap_or("anything")
        )),
        Err(error) => Some(format!("can't determine the required permissions: {error}")),
    }
}
