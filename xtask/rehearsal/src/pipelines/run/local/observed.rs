//! What the local CloudFormation holds, as templates.

use cloudformation::Stack;
use cloudformation::status::StackStatus;
use emulator::Cloud;
use emulator::api::{Action, Answer, ApiError, Caller};
use serde_json::Value;

use crate::pipelines::template::Stacks;

/// Statuses of stacks that hold nothing.
const EMPTY: [StackStatus; 4] = [
    StackStatus::DeleteComplete,
    StackStatus::ReviewInProgress,
    StackStatus::RollbackComplete,
    StackStatus::RollbackFailed,
];

/// Every stack of the place.
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

/// The stacks that hold something, with their templates and the values of their parameters.
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
        let template = template(cloud, caller, Some(&stack.name), None)?;
        deployed.add(&stack.name, template);
        for (parameter, value) in &stack.parameters {
            deployed.set_parameter(&stack.name, parameter, value);
        }
    }
    Ok(deployed)
}

/// The template of a stack, or of a change set.
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
        // Templates of ours are JSON; another one holds nothing for us.
        Answer::Template(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
        _ => Ok(Value::Null),
    }
}
