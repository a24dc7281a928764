//! The stacks of the local CloudFormation, as templates.

use cloudformation::{Stack, StackStatus};
use emulator::Cloud;
use emulator::api::{Action, Answer, ApiError, Caller};
use serde_json::Value;

use crate::pipelines::template::Stacks;

/// Statuses of stacks without resources.
const EMPTY: [StackStatus; 4] = [
    StackStatus::DeleteComplete,
    StackStatus::ReviewInProgress,
    StackStatus::RollbackComplete,
    StackStatus::RollbackFailed,
];

/// Every stack of the account and region.
pub(super) fn stacks(cloud: &mut Cloud, caller: &Caller) -> Result<Vec<Stack>, ApiError> {
    let mut found = Vec::new();
    let mut next = None;
    loop {
        let action = Action::DescribeStacks { stack: None, next };
        let Answer::Stacks(page) = cloud.call(cloud.now(), caller, &action)? else {
            return Ok(found);
        };
        found.extend(page.items);
        next = page.next;
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// The stacks that have resources, with their templates and parameter values.
pub(super) fn deployed(
    cloud: &mut Cloud,
    caller: &Caller,
    stacks: &[Stack],
) -> Result<Stacks, ApiError> {
    let mut deployed = Stacks::new(&caller.account, &caller.region);
    for stack in stacks {
        if EMPTY.contains(&stack.status) {
            continue;
        }
        let template = template(cloud, caller, Some(stack.name.as_str()), None)?;
        deployed.add(stack.name.as_str(), template);
        let parameters = stack.parameters.iter();
        deployed
            .parameters_mut(stack.name.as_str())
            .extend(parameters.map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(deployed)
}

pub(super) fn template(
    cloud: &mut Cloud,
    caller: &Caller,
    stack: Option<&str>,
    change_set: Option<&str>,
) -> Result<Value, ApiError> {
    let action = Action::GetTemplate {
        stack: stack.map(str::to_owned),
        change_set: change_set.map(str::to_owned),
    };
    match cloud.call(cloud.now(), caller, &action)? {
        // Our templates are JSON; another one is ignored.
        Answer::Template(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
        _ => Ok(Value::Null),
    }
}
