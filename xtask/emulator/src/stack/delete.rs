//! Deleting a stack.

use std::collections::BTreeMap;

use super::engine::Engine;
use super::model::Stack;
use super::operation::{Leaving, Operation, Phase, Touched};
use cloudformation::status::{ResourceStatus, StackStatus};

impl Engine<'_> {
    /// The deletion begins. A stack whose exports are in use goes back to the status that it had: there
    /// is no `DELETE_FAILED` then (aws-cdk#604, aws-cft-tools#27).
    pub(super) fn begin_delete(&mut self, stack: &mut Stack, operation: &mut Operation) {
        if let Err(why) = self
            .exports
            .replace(&stack.id, &stack.name, &BTreeMap::new())
        {
            let status = operation.status_before.clone();
            self.end(stack, operation, status, Some(why));
            return;
        }
        if let Some(unfinished) = stack.unfinished.take() {
            operation.leaving.extend(unfinished.leaving);
            for (name, touched) in unfinished.touched {
                if let Touched::Replaced(was) = touched
                    && let Some(physical_id) = was.physical_id
                {
                    operation.leaving.push(Leaving {
                        logical_id: name,
                        kind: was.kind,
                        physical_id,
                        policy: was.deletion,
                        resource_goes: false,
                    });
                }
            }
        }
        for (name, resource) in &mut stack.resources {
            match &resource.physical_id {
                // It was let go of by an attempt before this one.
                Some(_) if resource.status == ResourceStatus::DeleteSkipped => {}
                Some(physical_id) => operation.leaving.push(Leaving {
                    logical_id: name.clone(),
                    kind: resource.kind.clone(),
                    physical_id: physical_id.clone(),
                    policy: resource.deletion,
                    resource_goes: true,
                }),
                None => resource.status = ResourceStatus::DeleteComplete,
            }
        }
        self.enter_cleanup(stack, operation, Phase::Delete);
    }

    /// Nothing is left, or what could not be deleted.
    pub(super) fn delete_done(&mut self, stack: &mut Stack, operation: &mut Operation) {
        if !operation.failed_to_delete.is_empty() {
            // What could not be deleted in the place of something else stays with the stack.
            let reason = operation.failures().trim_end().to_owned();
            operation.regather();
            self.interrupt(stack, operation, StackStatus::DeleteFailed, Some(reason));
            return;
        }
        let imports = std::mem::take(&mut stack.imports);
        self.exports.release(&stack.name, &imports);
        stack.deleted = Some(self.now);
        self.end(stack, operation, StackStatus::DeleteComplete, None);
    }
}
