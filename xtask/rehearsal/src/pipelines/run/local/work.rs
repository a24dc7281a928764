//! What CloudFormation is about to do to resources, as the role that their stack has.

use cloudformation::{ChangeAction, Replacement};
use emulator::api::{Action, Answer, ApiError, Caller, Change};
use emulator::{Cloud, Effect, Fault, ResourceOperation};

use super::observed;
use crate::pipelines::managing::{Manager, Operation};
use crate::pipelines::policy::Rights;
use crate::pipelines::template::Stacks;

/// Something that is about to be done, and that the role lacks a permission for.
#[derive(Debug)]
pub(super) struct Lacking {
    pub(super) logical_id: String,
    pub(super) on: ResourceOperation,
    pub(super) why: String,
}

impl Lacking {
    /// As what goes wrong.
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

/// What a role lacks to carry out a change set.
pub(super) fn of_change_set(
    cloud: &mut Cloud,
    caller: &Caller,
    deployed: &Stacks,
    change_set: &str,
    stack: Option<&str>,
    role: &str,
) -> Result<Vec<Lacking>, ApiError> {
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
        for (parameter, value) in &set.parameters {
            afterwards.set_parameter(&name, parameter, value);
        }
        changes.extend(set.changes.items);
        next = set.changes.next;
        if next.is_none() {
            break;
        }
    }
    let template = observed::template(cloud, caller, Some(&name), Some(change_set))?;
    afterwards.add(&name, template);
    let planned = changes.iter().filter_map(operation);
    Ok(lacking(deployed, &afterwards, &name, role, planned))
}

/// What a role lacks to delete a stack.
pub(super) fn of_deletion(deployed: &Stacks, stack: &str, role: &str) -> Vec<Lacking> {
    let resources = deployed
        .resources()
        .filter(|resource| resource.stack == stack);
    let kept = |id: &str| {
        let template = deployed.template(stack).ok();
        let policy = template.map(|template| &template["Resources"][id]["DeletionPolicy"]);
        policy.is_some_and(|policy| policy.as_str().is_some_and(|one| one.starts_with("Retain")))
    };
    let planned: Vec<(String, Operation)> = resources
        .filter(|resource| !kept(resource.id))
        .map(|resource| (resource.id.to_owned(), Operation::Delete))
        .collect();
    lacking(deployed, deployed, stack, role, planned)
}

fn operation(change: &Change) -> Option<(String, Operation)> {
    let operation = match (change.action, change.replacement) {
        (ChangeAction::Add, _) | (ChangeAction::Modify, Replacement::Always) => Operation::Create,
        (ChangeAction::Modify | ChangeAction::Dynamic, _) => Operation::Update,
        (ChangeAction::Import, _) => Operation::Read,
        (ChangeAction::Remove, _) => {
            let kept = change.policy_action.as_deref();
            if kept.is_some_and(|policy| policy.starts_with("Retain")) {
                return None;
            }
            Operation::Delete
        }
    };
    Some((change.logical_id.clone(), operation))
}

/// What is deleted is looked up in what there is, everything else in what there will be.
fn lacking(
    deployed: &Stacks,
    afterwards: &Stacks,
    stack: &str,
    role: &str,
    planned: impl IntoIterator<Item = (String, Operation)>,
) -> Vec<Lacking> {
    // Read once each: a stack has many resources.
    let [before, after] = [deployed, afterwards].map(|world| (world, Rights::read(world)));
    let mut lacking = Vec::new();
    for (logical_id, operation) in planned {
        let (world, rights) = match operation {
            Operation::Delete => &before,
            _ => &after,
        };
        let why = match rights {
            Ok(rights) => why_not(world, rights, stack, &logical_id, operation, role),
            Err(error) => Some(format!("what the roles may do can't be read: {error}")),
        };
        if let Some(why) = why {
            let on = match operation {
                Operation::Create | Operation::Read => ResourceOperation::Create,
                Operation::Update => ResourceOperation::Update,
                Operation::Delete => ResourceOperation::Delete,
            };
            lacking.push(Lacking {
                logical_id,
                on,
                why,
            });
        }
    }
    lacking
}

/// In the words in which a resource's event would say it.
fn why_not(
    world: &Stacks,
    rights: &Rights,
    stack: &str,
    logical_id: &str,
    operation: Operation,
    role: &str,
) -> Option<String> {
    let resource = world.resource(stack, logical_id)?;
    match Manager::new(world, rights).missing(role, &resource, operation) {
        Ok(None) => None,
        Ok(Some((need, denial))) => Some(format!(
            "User: {role} is not authorized to perform: {} on {} ({denial})",
            need.action(),
            need.resource().unwrap_or("anything")
        )),
        Err(error) => Some(format!("what it takes can't be read: {error}")),
    }
}
