//! Wait conditions, which wait for signals to their handle.
//!
//! Instances of an Auto Scaling group need no signal here: creating the group takes as long as they
//! would need.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html>

use cloudformation::ResourceStatus;

use super::context::OperationContext;
use super::failure::abort;
use super::model::Stack;
use super::operation::Operation;
use super::tasks::TaskState;
use crate::event_queue::EventKind;
use crate::properties::Properties;

const WAIT_CONDITION: &str = "AWS::CloudFormation::WaitCondition";

fn number(properties: &Properties, name: &str) -> Option<u64> {
    let value = properties.get(name)?;
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// Makes the task of a wait condition wait for signals. Returns its timeout in seconds.
pub(super) fn await_signals(stack: &Stack, operation: &mut Operation, index: usize) -> Option<u64> {
    let task = operation.tasks.get_mut(index)?;
    let resource = stack.resources.get(&task.logical_id)?;
    if resource.kind != WAIT_CONDITION || resource.properties.get("Handle").is_none() {
        return None;
    }
    task.signals = number(&resource.properties, "Count").unwrap_or(1);
    (task.signals > 0).then(|| number(&resource.properties, "Timeout").unwrap_or(300))
}

/// Receives a signal. Returns whether a task waits for it.
pub(crate) fn signal(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    name: &str,
    success: bool,
) -> bool {
    let Some(mut operation) = stack.operation.take() else {
        return false;
    };
    let waiting = operation.tasks.find(name).filter(|index| {
        operation
            .tasks
            .get(*index)
            .is_some_and(|task| task.signals > 0 && matches!(task.state, TaskState::Running(_)))
    });
    if let Some(index) = waiting
        && let Some(task) = operation.tasks.get_mut(index)
    {
        if success {
            task.signals -= 1;
        } else {
            task.failure = Some("WaitCondition received failed message".to_owned());
        }
        if task.signals == 0 || task.failure.is_some() {
            context.schedule(
                stack,
                1000,
                EventKind::TaskFinished(operation.phase_number, index),
            );
        }
    }
    stack.operation = Some(operation);
    waiting.is_some()
}

/// Fails a wait condition whose signals did not arrive in time.
pub(super) fn signals_timed_out(
    context: &mut OperationContext<'_>,
    stack: &mut Stack,
    operation: &mut Operation,
    index: usize,
) {
    let Some(task) = operation.tasks.get(index) else {
        return;
    };
    if task.signals == 0 || !matches!(task.state, TaskState::Running(_)) {
        return;
    }
    let reason = format!(
        "WaitCondition timed out. Received 0 conditions when expecting {}",
        task.signals
    );
    context.fail_task(
        stack,
        operation,
        index,
        ResourceStatus::CreateFailed,
        reason,
    );
    abort(context, stack, operation);
}
