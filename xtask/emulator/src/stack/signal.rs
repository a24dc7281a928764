//! Resources that wait for signals.
//!
//! Only wait conditions with a handle do. Machines of an Auto Scaling group signal by themselves, in
//! the time that creating the group takes.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html>

use super::engine::Engine;
use super::model::Stack;
use super::operation::Operation;
use super::tasks::State;
use crate::properties::Properties;
use crate::queue::What;
use cloudformation::status::ResourceStatus;

const WAIT_CONDITION: &str = "AWS::CloudFormation::WaitCondition";

fn number(properties: &Properties, name: &str) -> Option<u64> {
    let value = properties.get(name)?;
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

impl Engine<'_> {
    /// A resource that has to be signalled waits from now on.
    pub(super) fn await_signals(
        &self,
        stack: &Stack,
        operation: &mut Operation,
        index: usize,
    ) -> Option<u64> {
        let task = operation.tasks.get_mut(index)?;
        let resource = stack.resources.get(&task.logical_id)?;
        if resource.kind != WAIT_CONDITION || resource.properties.get("Handle").is_none() {
            return None;
        }
        task.signals = number(&resource.properties, "Count").unwrap_or(1);
        (task.signals > 0).then(|| number(&resource.properties, "Timeout").unwrap_or(300))
    }

    /// A signal has come.
    pub(crate) fn signal(&mut self, stack: &mut Stack, name: &str, success: bool) -> bool {
        let Some(mut operation) = stack.operation.take() else {
            return false;
        };
        let waiting = operation.tasks.find(name).filter(|index| {
            operation
                .tasks
                .get(*index)
                .is_some_and(|task| task.signals > 0 && matches!(task.state, State::Running(_)))
        });
        if let Some(index) = waiting
            && let Some(task) = operation.tasks.get_mut(index)
        {
            if success {
                task.signals -= 1;
            } else {
                task.fails = Some("WaitCondition received failed message".to_owned());
            }
            if task.signals == 0 || task.fails.is_some() {
                self.plan(stack, 1000, What::Finished(operation.phase_number, index));
            }
        }
        stack.operation = Some(operation);
        waiting.is_some()
    }

    /// Nobody signalled in time.
    pub(super) fn gave_up(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        if task.signals == 0 || !matches!(task.state, State::Running(_)) {
            return;
        }
        let reason = format!(
            "WaitCondition timed out. Received 0 conditions when expecting {}",
            task.signals
        );
        self.fail(
            stack,
            operation,
            index,
            ResourceStatus::CreateFailed,
            reason,
        );
        self.abort(stack, operation);
    }
}
