//! The end of the way forward: done, or given up.

use std::collections::BTreeMap;

use serde_json::Value;

use super::engine::{Engine, remember};
use super::model::{Definition, Stack};
use super::operation::{Leaving, Operation, OperationKind, Phase, Touched};
use super::scope::{World, scope};
use super::tasks::{Doing, State};
use crate::api::OnFailure;
use crate::template::TemplateError;
use cloudformation::Output;
use cloudformation::status::{ResourceStatus, StackStatus};

impl Engine<'_> {
    /// Work on a resource fails on the way forward, and with it the operation.
    pub(super) fn fail_forward(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        index: usize,
        reason: String,
    ) {
        let status = failed_status(stack, operation, index);
        self.fail(stack, operation, index, status, reason);
        self.abort(stack, operation);
    }

    /// A resource has failed: what else is going on is cancelled.
    pub(super) fn abort(&mut self, stack: &mut Stack, operation: &mut Operation) {
        self.cancel_running(stack, operation);
        let reason = operation.failures();
        self.go_back(stack, operation, reason);
    }

    fn cancel_running(&self, stack: &mut Stack, operation: &mut Operation) {
        let cancelled: Vec<(String, bool)> = operation
            .tasks
            .running()
            .map(|task| {
                let creates = matches!(
                    task.state,
                    State::Running(Doing::Create { replaces: None, .. } | Doing::Import { .. })
                );
                (task.logical_id.clone(), creates)
            })
            .collect();
        for (name, creates) in cancelled {
            let (status, reason) = if creates {
                operation.failed_to_create.insert(name.clone());
                (ResourceStatus::CreateFailed, "Resource creation cancelled")
            } else {
                operation.failed_to_update.insert(name.clone());
                remember(stack, operation, &name);
                (ResourceStatus::UpdateFailed, "Resource update cancelled")
            };
            stack.turn_resource(self.now, &name, status, Some(reason.to_owned()), operation);
        }
    }

    /// The operation can't go on, and no resource is to blame.
    pub(super) fn give_up_forward(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        why: &str,
    ) {
        // A creation says more after it, an update does not.
        let why = if operation.kind == OperationKind::Create {
            format!("{why}. ")
        } else {
            why.to_owned()
        };
        self.go_back(stack, operation, why);
    }

    /// The way back, or what is wanted instead.
    pub(super) fn go_back(&mut self, stack: &mut Stack, operation: &mut Operation, why: String) {
        let trimmed = |text: &str| Some(text.trim_end().to_owned());
        match operation.kind {
            OperationKind::Create => match operation.on_failure {
                OnFailure::RollBack => {
                    let reason = format!("{why}Rollback requested by user.");
                    self.turn_back(
                        stack,
                        operation,
                        StackStatus::RollbackInProgress,
                        Some(reason),
                    );
                    self.enter_create_rollback(stack, operation);
                }
                OnFailure::Delete => {
                    let reason = format!("{why}Delete requested by user.");
                    self.turn_back(
                        stack,
                        operation,
                        StackStatus::DeleteInProgress,
                        Some(reason),
                    );
                    operation.kind = OperationKind::Delete;
                    self.enter_create_rollback(stack, operation);
                }
                OnFailure::DoNothing => {
                    self.interrupt(stack, operation, StackStatus::CreateFailed, trimmed(&why));
                }
            },
            OperationKind::Update if operation.disable_rollback => {
                self.interrupt(stack, operation, StackStatus::UpdateFailed, trimmed(&why));
            }
            OperationKind::Update => {
                self.turn_back(
                    stack,
                    operation,
                    StackStatus::UpdateRollbackInProgress,
                    trimmed(&why),
                );
                self.enter_update_rollback(stack, operation);
            }
            OperationKind::Import => {
                self.turn_back(
                    stack,
                    operation,
                    StackStatus::ImportRollbackInProgress,
                    trimmed(&why),
                );
                self.enter_update_rollback(stack, operation);
            }
            OperationKind::Delete => {}
        }
    }

    fn turn_back(
        &mut self,
        stack: &mut Stack,
        operation: &Operation,
        status: StackStatus,
        reason: Option<String>,
    ) {
        stack.turn(self.now, status, reason, operation.token.clone());
    }

    /// Every resource is what the template says.
    pub(super) fn forward_done(&mut self, stack: &mut Stack, operation: &mut Operation) {
        let Some(after) = operation.after.clone() else {
            return;
        };
        let (outputs, exports) = match self.outputs(stack, &after) {
            Ok(found) => found,
            Err(error) => {
                self.give_up_forward(stack, operation, &error.0);
                return;
            }
        };
        if let Err(why) = self.exports.replace(&stack.id, &stack.name, &exports) {
            self.give_up_forward(stack, operation, &why);
            return;
        }
        stack.outputs = outputs;
        let unused: Vec<String> = operation
            .imports_before
            .difference(&stack.imports)
            .cloned()
            .collect();
        self.exports.release(&stack.name, &unused);
        match operation.kind {
            OperationKind::Create => self.end(stack, operation, StackStatus::CreateComplete, None),
            OperationKind::Import => self.end(stack, operation, StackStatus::ImportComplete, None),
            OperationKind::Update | OperationKind::Delete => {
                gather_leaving(stack, operation, &after);
                self.turn_back(
                    stack,
                    operation,
                    StackStatus::UpdateCompleteCleanupInProgress,
                    None,
                );
                self.enter_cleanup(stack, operation, Phase::Cleanup);
            }
        }
    }

    /// The outputs, and what they export.
    fn outputs(
        &self,
        stack: &Stack,
        definition: &Definition,
    ) -> Result<(Vec<Output>, BTreeMap<String, String>), TemplateError> {
        let lookup = World {
            stack,
            exports: self.exports,
            caller: self.caller,
        };
        let scope = scope(stack, definition, self.caller, &lookup);
        let mut outputs = Vec::new();
        let mut exports = BTreeMap::new();
        for (key, output) in &definition.template.outputs {
            if !scope.includes(output.condition.as_deref())? {
                continue;
            }
            let value = text(key, scope.evaluate(&output.value)?)?;
            let export = match &output.export {
                Some(name) => Some(text(key, scope.evaluate(name)?)?),
                None => None,
            };
            if let Some(name) = &export
                && exports.insert(name.clone(), value.clone()).is_some()
            {
                return Err(TemplateError(format!("Duplicate Export names: [{name}]")));
            }
            outputs.push(Output {
                key: key.clone(),
                value,
                description: output.description.clone(),
                export,
            });
        }
        Ok((outputs, exports))
    }
}

/// The text that an output is.
fn text(output: &str, value: Option<Value>) -> Result<String, TemplateError> {
    match value {
        Some(Value::String(text)) => Ok(text),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Bool(value)) => Ok(value.to_string()),
        _ => Err(TemplateError(format!(
            "Template format error: Output {output} is malformed. The Value field of every Outputs \
             member must evaluate to a String."
        ))),
    }
}

/// What a failure of a task makes of its resource.
fn failed_status(stack: &Stack, operation: &Operation, index: usize) -> ResourceStatus {
    let Some(task) = operation.tasks.get(index) else {
        return ResourceStatus::UpdateFailed;
    };
    match &task.state {
        State::Running(Doing::Create { replaces: None, .. }) => ResourceStatus::CreateFailed,
        State::Running(Doing::Import { .. }) => ResourceStatus::ImportFailed,
        State::Running(_) => ResourceStatus::UpdateFailed,
        _ if stack.live(&task.logical_id).is_some() => ResourceStatus::UpdateFailed,
        _ => ResourceStatus::CreateFailed,
    }
}

/// What the stack does not need any more: what the new template does not have, and what was replaced.
fn gather_leaving(stack: &Stack, operation: &mut Operation, after: &Definition) {
    for (name, touched) in &operation.touched {
        if let Touched::Replaced(was) = touched
            && let Some(physical_id) = &was.physical_id
        {
            operation.leaving.push(Leaving {
                logical_id: name.clone(),
                kind: was.kind.clone(),
                physical_id: physical_id.clone(),
                policy: after
                    .template
                    .resources
                    .get(name)
                    .map_or(was.replacement, |resource| resource.replacement),
                resource_goes: false,
            });
        }
    }
    for (name, resource) in &stack.resources {
        if operation.tasks.find(name).is_some() {
            continue;
        }
        if let Some(physical_id) = &resource.physical_id {
            operation.leaving.push(Leaving {
                logical_id: name.clone(),
                kind: resource.kind.clone(),
                physical_id: physical_id.clone(),
                policy: resource.deletion,
                resource_goes: true,
            });
        }
    }
}

impl Engine<'_> {
    /// An update is cancelled: it goes back at once.
    pub(crate) fn cancel(&mut self, stack: &mut Stack) {
        let Some(mut operation) = stack.operation.take() else {
            return;
        };
        operation.disable_rollback = false;
        if operation.phase == Phase::Accepted {
            operation
                .imports_before
                .extend(stack.imports.iter().cloned());
        }
        self.cancel_running(stack, &mut operation);
        self.turn_back(
            stack,
            &operation,
            StackStatus::UpdateRollbackInProgress,
            Some("User Initiated".to_owned()),
        );
        self.enter_update_rollback(stack, &mut operation);
        stack.operation = Some(operation);
    }
}
