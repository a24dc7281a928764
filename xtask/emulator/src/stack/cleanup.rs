//! Things that leave their stack: deleted, or kept without it.

use super::begin::needs;
use super::engine::Engine;
use super::model::Stack;
use super::operation::{Leaving, Operation, Phase};
use super::tasks::{Doing, Job, Tasks, order};
use crate::durations::Work;
use crate::faults::On;
use crate::queue::What;
use cloudformation::status::{ResourceStatus, StackStatus};

impl Engine<'_> {
    /// A phase that deletes what is leaving begins.
    pub(super) fn enter_cleanup(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        phase: Phase,
    ) {
        let leaving = std::mem::take(&mut operation.leaving);
        // What leaves was made by the definition that is left behind.
        let made_by = match phase {
            Phase::RollbackCleanup | Phase::CreateRollback => operation.after.as_ref(),
            Phase::Delete => stack.definition.as_ref().or(operation.after.as_ref()),
            _ => operation.before.as_ref().or(operation.after.as_ref()),
        };
        let order = match made_by {
            Some(definition) => order(
                leaving.iter().map(|leaving| leaving.logical_id.as_str()),
                |name| needs(definition, name),
                true,
            ),
            None => Vec::new(),
        };
        operation.tasks = Tasks::new(
            leaving
                .into_iter()
                .map(|leaving| (leaving.logical_id.clone(), Job::Leave(leaving)))
                .collect(),
            &order,
        );
        self.enter(stack, operation, phase);
    }

    /// A thing begins to leave.
    pub(super) fn leave(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        index: usize,
        leaving: Leaving,
    ) {
        if operation.retain.contains(&leaving.logical_id) || self.keeps(operation, &leaving) {
            self.world.give(&leaving.kind, &leaving.physical_id, None);
            operation.tasks.done(index);
            self.tell_leaving(
                stack,
                operation,
                &leaving,
                ResourceStatus::DeleteSkipped,
                None,
            );
            if leaving.resource_goes {
                self.let_go(stack, operation, &leaving);
            }
            return;
        }
        self.tell_leaving(
            stack,
            operation,
            &leaving,
            ResourceStatus::DeleteInProgress,
            None,
        );
        let fate = self.fate(stack, &leaving.logical_id, &leaving.kind, On::Delete);
        let waits = self.world.waits(&leaving.kind, &leaving.physical_id);
        let length = self.duration(stack, &leaving.logical_id, &leaving.kind, Work::Delete)
            + fate.longer
            + waits * u64::from(self.options.durations.0) / 100;
        operation.tasks.run(index, Doing::Delete);
        if let Some(task) = operation.tasks.get_mut(index) {
            task.fails = fate.fails;
        }
        self.plan(stack, length, What::Finished(operation.phase_number, index));
    }

    /// Whether a thing's policy keeps it. What a failed operation made is kept by `Retain` alone.
    fn keeps(&self, operation: &Operation, leaving: &Leaving) -> bool {
        match operation.phase {
            Phase::CreateRollback | Phase::RollbackCleanup => {
                leaving.policy == crate::template::LeavePolicy::Retain
            }
            _ => leaving.policy.keeps(),
        }
    }

    /// Deleting a thing ends.
    pub(super) fn left(
        &mut self,
        stack: &mut Stack,
        operation: &mut Operation,
        index: usize,
        leaving: &Leaving,
    ) {
        let fails = operation
            .tasks
            .get(index)
            .and_then(|task| task.fails.clone())
            .or_else(|| self.world.refusal(&leaving.kind, &leaving.physical_id));
        let Some(reason) = fails else {
            self.world.remove(&leaving.kind, &leaving.physical_id);
            operation.tasks.done(index);
            self.tell_leaving(
                stack,
                operation,
                leaving,
                ResourceStatus::DeleteComplete,
                None,
            );
            if leaving.resource_goes {
                self.take_away(stack, operation, leaving);
            }
            return;
        };
        operation.tasks.failed(index);
        operation
            .failed_to_delete
            .insert(leaving.logical_id.clone());
        self.tell_leaving(
            stack,
            operation,
            leaving,
            ResourceStatus::DeleteFailed,
            Some(reason),
        );
        if matches!(operation.phase, Phase::Cleanup | Phase::RollbackCleanup) {
            // The stack does not wait for what it can't delete, and knows nothing of it afterwards.
            self.world.give(&leaving.kind, &leaving.physical_id, None);
            if leaving.resource_goes {
                stack.resources.remove(&leaving.logical_id);
            }
            operation.tasks.release(index);
        }
    }

    /// A resource stays without its stack; a stack that goes remembers what it had left, and where.
    fn let_go(&self, stack: &mut Stack, operation: &Operation, leaving: &Leaving) {
        if operation.phase == Phase::Delete {
            if let Some(resource) = stack.resources.get_mut(&leaving.logical_id) {
                resource.status = ResourceStatus::DeleteSkipped;
                resource.updated = self.now;
            }
        } else {
            stack.resources.remove(&leaving.logical_id);
        }
    }

    /// A resource is gone; where its stack goes, too, it is remembered as gone.
    fn take_away(&self, stack: &mut Stack, operation: &Operation, leaving: &Leaving) {
        if matches!(operation.phase, Phase::Delete | Phase::CreateRollback) {
            if let Some(resource) = stack.resources.get_mut(&leaving.logical_id) {
                resource.status = ResourceStatus::DeleteComplete;
                resource.physical_id = None;
                resource.updated = self.now;
            }
        } else {
            stack.resources.remove(&leaving.logical_id);
        }
    }

    fn tell_leaving(
        &self,
        stack: &mut Stack,
        operation: &Operation,
        leaving: &Leaving,
        status: ResourceStatus,
        reason: Option<String>,
    ) {
        if leaving.resource_goes
            && let Some(resource) = stack.resources.get_mut(&leaving.logical_id)
        {
            resource.status = status.clone();
            resource.reason.clone_from(&reason);
            resource.updated = self.now;
        }
        stack.tell(
            self.now,
            (
                &leaving.logical_id,
                &leaving.kind,
                Some(&leaving.physical_id),
            ),
            status,
            reason,
            operation,
        );
    }

    /// The end of an update that worked.
    pub(super) fn cleanup_done(&mut self, stack: &mut Stack, operation: &mut Operation) {
        let reason = left_behind(operation);
        self.end(stack, operation, StackStatus::UpdateComplete, reason);
    }

    /// The end of an update that did not work.
    pub(super) fn rollback_cleanup_done(&mut self, stack: &mut Stack, operation: &mut Operation) {
        if Self::is_import(operation) {
            self.end(stack, operation, StackStatus::ImportRollbackComplete, None);
            return;
        }
        let reason = left_behind(operation);
        self.end(
            stack,
            operation,
            StackStatus::UpdateRollbackComplete,
            reason,
        );
    }
}

/// What is said where a cleanup could not delete everything.
fn left_behind(operation: &Operation) -> Option<String> {
    (!operation.failed_to_delete.is_empty())
        .then(|| "Update successful. One or more resources could not be deleted.".to_owned())
}
