//! The way back.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html>

use super::begin::needs;
use super::engine::Engine;
use super::model::{Resource, Stack};
use super::operation::{Leaving, Operation, OperationKind, Phase, Touched};
use super::tasks::{Doing, Job, Tasks, order};
use crate::durations::Work;
use crate::faults::On;
use crate::queue::What;
use crate::template::LeavePolicy;
use cloudformation::status::{ResourceStatus, StackStatus};

impl Engine<'_> {
    /// A rollback that was asked for begins.
    pub(super) fn begin_rollback(&mut self, stack: &mut Stack, operation: &mut Operation) {
        operation.failed_to_create.clear();
        operation.failed_to_update.clear();
        operation.failed_to_delete.clear();
        if matches!(operation.kind, OperationKind::Create) {
            self.enter_create_rollback(stack, operation);
        } else {
            self.enter_update_rollback(stack, operation);
        }
    }

    /// Everything that a failed creation made goes.
    pub(super) fn enter_create_rollback(&mut self, stack: &mut Stack, operation: &mut Operation) {
        operation.failed_to_create.clear();
        operation.failed_to_update.clear();
        for (name, resource) in &mut stack.resources {
            let Some(physical_id) = &resource.physical_id else {
                resource.status = ResourceStatus::DeleteComplete;
                continue;
            };
            let imported = matches!(operation.touched.get(name), Some(Touched::Imported));
            operation.leaving.push(Leaving {
                logical_id: name.clone(),
                kind: resource.kind.clone(),
                physical_id: physical_id.clone(),
                // What was imported was there before.
                policy: if imported {
                    LeavePolicy::Retain
                } else {
                    resource.deletion
                },
                resource_goes: true,
            });
        }
        self.enter_cleanup(stack, operation, Phase::CreateRollback);
    }

    /// Nothing of the failed creation is left, or what could not be deleted.
    pub(super) fn create_rollback_done(&mut self, stack: &mut Stack, operation: &mut Operation) {
        let deletes = matches!(operation.kind, OperationKind::Delete);
        if !operation.failed_to_delete.is_empty() {
            let reason = operation.failures().trim_end().to_owned();
            let status = if deletes {
                StackStatus::DeleteFailed
            } else {
                StackStatus::RollbackFailed
            };
            operation.regather();
            self.interrupt(stack, operation, status, Some(reason));
            return;
        }
        let imports = std::mem::take(&mut stack.imports);
        self.exports.release(&stack.name, &imports);
        stack.outputs.clear();
        if deletes {
            stack.deleted = Some(self.now);
            self.end(stack, operation, StackStatus::DeleteComplete, None);
        } else {
            self.end(stack, operation, StackStatus::RollbackComplete, None);
        }
    }

    /// Everything that a failed update changed is changed back.
    pub(super) fn enter_update_rollback(&mut self, stack: &mut Stack, operation: &mut Operation) {
        operation.failed_to_create.clear();
        operation.failed_to_update.clear();
        if operation.before.is_none() && !Self::is_import(operation) {
            // There is nothing to go back to: the stack never was whole.
            operation.kind = OperationKind::Create;
            self.enter_create_rollback(stack, operation);
            return;
        }
        if operation.before.is_some() {
            stack.definition.clone_from(&operation.before);
        }
        let changed: Vec<String> = operation
            .touched
            .iter()
            .filter(|(_, touched)| matches!(touched, Touched::Updated(_) | Touched::Replaced(_)))
            .map(|(name, _)| name.clone())
            .collect();
        let order = match &operation.before {
            Some(before) => order(
                changed.iter().map(String::as_str),
                |name| needs(before, name),
                false,
            ),
            None => Vec::new(),
        };
        operation.tasks = Tasks::new(
            changed
                .into_iter()
                .map(|name| (name, Job::Revert))
                .collect(),
            &order,
        );
        self.enter(stack, operation, Phase::UpdateRollback);
    }

    /// A resource begins to be changed back.
    pub(super) fn revert(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let name = task.logical_id.clone();
        let Some(touched) = operation.touched.get(&name) else {
            operation.tasks.done(index);
            return;
        };
        if operation.skip.contains(&name) {
            // It is taken for what it was, whatever it is.
            let touched = touched.clone();
            self.put_back(stack, operation, &name, &touched, false);
            operation.tasks.done(index);
            stack.turn_resource(
                self.now,
                &name,
                ResourceStatus::UpdateComplete,
                Some("Resource update rollback skipped".to_owned()),
                operation,
            );
            return;
        }
        let kind = match touched {
            Touched::Updated(was) | Touched::Replaced(was) => was.kind.clone(),
            Touched::Created | Touched::Imported => {
                operation.tasks.done(index);
                return;
            }
        };
        let replaced = matches!(touched, Touched::Replaced(_));
        stack.turn_resource(
            self.now,
            &name,
            ResourceStatus::UpdateInProgress,
            None,
            operation,
        );
        let fate = self.fate(stack, &name, &kind, On::Rollback);
        let length = if replaced {
            // The thing that was replaced is still there.
            self.wait(stack, &name, 1000)
        } else {
            self.duration(stack, &name, &kind, Work::Update)
        } + fate.longer;
        operation.tasks.run(index, Doing::Revert);
        if let Some(task) = operation.tasks.get_mut(index) {
            task.fails = fate.fails;
        }
        self.plan(stack, length, What::Finished(operation.phase_number, index));
    }

    /// Changing a resource back ends.
    pub(super) fn reverted(&mut self, stack: &mut Stack, operation: &mut Operation, index: usize) {
        let Some(task) = operation.tasks.get(index) else {
            return;
        };
        let name = task.logical_id.clone();
        let mut failure = task.fails.clone();
        if failure.is_none()
            && let Some(Touched::Updated(was)) = operation.touched.get(&name)
        {
            let properties = was.properties.clone();
            failure = self.update_thing(stack, &name, &properties).err();
        }
        if let Some(reason) = failure {
            self.fail(
                stack,
                operation,
                index,
                ResourceStatus::UpdateFailed,
                reason,
            );
            return;
        }
        if let Some(touched) = operation.touched.get(&name).cloned() {
            self.put_back(stack, operation, &name, &touched, true);
        }
        operation.tasks.done(index);
        stack.turn_resource(
            self.now,
            &name,
            ResourceStatus::UpdateComplete,
            None,
            operation,
        );
    }

    /// The stack knows the resource as it was.
    fn put_back(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        name: &str,
        touched: &Touched,
        changed: bool,
    ) {
        operation.touched.remove(name);
        let (Touched::Updated(was) | Touched::Replaced(was)) = touched else {
            return;
        };
        let Some(resource) = stack.resources.get_mut(name) else {
            return;
        };
        if matches!(touched, Touched::Replaced(_))
            && let Some(physical_id) = resource.physical_id.clone()
        {
            operation.leaving.push(Leaving {
                logical_id: name.to_owned(),
                kind: resource.kind.clone(),
                physical_id,
                policy: LeavePolicy::Delete,
                resource_goes: false,
            });
        }
        // A thing that was changed twice was changed twice: versions only grow.
        let version = if changed {
            resource.version
        } else {
            was.version
        };
        let mut resource_was = Resource::clone(was);
        if matches!(touched, Touched::Updated(_)) {
            resource_was.version = version;
        }
        *resource = resource_was;
        resource.updated = self.now;
    }

    /// Everything is changed back, or what could not be.
    pub(super) fn update_rollback_done(&mut self, stack: &mut Stack, operation: &mut Operation) {
        if !operation.failed_to_update.is_empty() {
            let reason = operation.failures().trim_end().to_owned();
            let status = if Self::is_import(operation) {
                StackStatus::ImportRollbackFailed
            } else {
                StackStatus::UpdateRollbackFailed
            };
            self.interrupt(stack, operation, status, Some(reason));
            return;
        }
        let unused: Vec<String> = stack
            .imports
            .difference(&operation.imports_before)
            .cloned()
            .collect();
        self.exports.release(&stack.name, &unused);
        stack.imports = std::mem::take(&mut operation.imports_before);
        let mut never_made = Vec::new();
        for (name, resource) in &stack.resources {
            let made = operation.touched.get(name);
            match (made, &resource.physical_id) {
                (Some(Touched::Created), Some(physical_id)) => operation.leaving.push(Leaving {
                    logical_id: name.clone(),
                    kind: resource.kind.clone(),
                    physical_id: physical_id.clone(),
                    policy: resource.deletion,
                    resource_goes: true,
                }),
                (Some(Touched::Imported), Some(physical_id)) => operation.leaving.push(Leaving {
                    logical_id: name.clone(),
                    kind: resource.kind.clone(),
                    physical_id: physical_id.clone(),
                    policy: LeavePolicy::Retain,
                    resource_goes: true,
                }),
                (_, None) => never_made.push(name.clone()),
                _ => {}
            }
        }
        for name in never_made {
            stack.resources.remove(&name);
        }
        if let Some(before) = &operation.before {
            for (name, definition) in &before.template.resources {
                if let Some(resource) = stack.resources.get_mut(name) {
                    resource.attributes.clone_from(&definition.attributes);
                    resource.deletion = definition.deletion;
                    resource.replacement = definition.replacement;
                }
            }
        }
        if !Self::is_import(operation) {
            stack.turn(
                self.now,
                StackStatus::UpdateRollbackCompleteCleanupInProgress,
                None,
                operation.token.clone(),
            );
        }
        self.enter_cleanup(stack, operation, Phase::RollbackCleanup);
    }
}
