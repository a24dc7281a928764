//! The operations of a stack, by the ids that their events have.
//!
//! An automatic rollback is an operation of its own, after the one that failed
//! (<https://github.com/awslabs/mcp/pull/4280>). Creating a change set is one too, which the stack's own
//! events don't belong to.

use cloudformation::{ClientToken, OperationType, StackOperation, StackStatus, ValidationFinding};
use serde::{Deserialize, Serialize};

use crate::api::Time;
use crate::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OperationResult {
    Succeeded,
    Failed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OperationRecord {
    pub(crate) id: String,
    pub(crate) kind: OperationType,
    pub(crate) token: Option<ClientToken>,
    pub(crate) started: Time,
    pub(crate) ended: Option<(Time, OperationResult)>,
    /// Whether a failure of the operation before began it.
    pub(crate) automatic: bool,
    /// The id of the change set that it creates.
    pub(crate) change_set: Option<String>,
    pub(crate) findings: Vec<ValidationFinding>,
}

/// Oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct History {
    records: Vec<OperationRecord>,
    /// The id that events of the stack have.
    current: Option<String>,
}

/// The beginning of an operation.
pub(crate) struct Beginning {
    pub(crate) kind: OperationType,
    pub(crate) token: Option<ClientToken>,
    pub(crate) automatic: bool,
    pub(crate) change_set: Option<String>,
}

impl Beginning {
    pub(crate) const fn requested(kind: OperationType, token: Option<ClientToken>) -> Self {
        Self {
            kind,
            token,
            automatic: false,
            change_set: None,
        }
    }

    pub(crate) const fn automatic(kind: OperationType, token: Option<ClientToken>) -> Self {
        Self {
            kind,
            token,
            automatic: true,
            change_set: None,
        }
    }

    pub(crate) const fn change_set(id: String, token: Option<ClientToken>) -> Self {
        Self {
            kind: OperationType::CreateChangeSet,
            token,
            automatic: false,
            change_set: Some(id),
        }
    }
}

impl History {
    /// Begins an operation. One on the stack that is in progress failed: its rollback begins.
    pub(crate) fn begin(&mut self, now: Time, random: Random, beginning: Beginning) {
        let id = random
            .derive("operation")
            .nth(self.records.len() as u64)
            .uuid();
        if beginning.change_set.is_none() {
            self.end(now, OperationResult::Failed);
            self.current = Some(id.clone());
        }
        self.records.push(OperationRecord {
            id,
            kind: beginning.kind,
            token: beginning.token,
            started: now,
            ended: None,
            automatic: beginning.automatic,
            change_set: beginning.change_set,
            findings: Vec::new(),
        });
    }

    fn end(&mut self, now: Time, result: OperationResult) {
        let open = self.records.iter_mut().rev();
        let open = open.filter(|record| record.change_set.is_none());
        if let Some(record) = open.take(1).find(|record| record.ended.is_none()) {
            record.ended = Some((now, result));
        }
    }

    /// Ends the operation on the stack that is in progress. Its result is what the status says of it.
    pub(crate) fn end_with(&mut self, now: Time, status: &StackStatus) {
        let kind = self.last().map(|record| record.kind.clone());
        let result = if kind.is_some_and(|kind| succeeds(&kind, status)) {
            OperationResult::Succeeded
        } else {
            OperationResult::Failed
        };
        self.end(now, result);
    }

    /// Ends the creation of a change set.
    pub(crate) fn end_change_set(
        &mut self,
        now: Time,
        change_set: &str,
        result: OperationResult,
        findings: Vec<ValidationFinding>,
    ) {
        let created =
            |record: &&mut OperationRecord| record.change_set.as_deref() == Some(change_set);
        if let Some(record) = self.records.iter_mut().find(created) {
            record.ended = Some((now, result));
            record.findings = findings;
        }
    }

    pub(crate) fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// All operations, oldest first; the creation of change sets among them.
    pub(crate) fn records(&self) -> &[OperationRecord] {
        &self.records
    }

    /// The last operation on the stack itself.
    fn last(&self) -> Option<&OperationRecord> {
        let mut records = self.records.iter().rev();
        records.find(|record| record.change_set.is_none())
    }

    /// The operation that a call with this token began.
    pub(crate) fn with_token(&self, token: &ClientToken) -> Option<&OperationRecord> {
        let mut records = self.records.iter().rev();
        records.find(|record| !record.automatic && record.token.as_ref() == Some(token))
    }

    /// The last operation with the rollback that followed it, newest first.
    pub(crate) fn last_operations(&self) -> Vec<StackOperation> {
        let mut operations = Vec::new();
        let records = self.records.iter().rev();
        for record in records.filter(|record| record.change_set.is_none()) {
            operations.push(StackOperation {
                id: record.id.clone(),
                kind: record.kind.clone(),
            });
            if !record.automatic {
                break;
            }
        }
        operations
    }
}

const fn succeeds(kind: &OperationType, status: &StackStatus) -> bool {
    match kind {
        OperationType::CreateStack => matches!(
            status,
            StackStatus::CreateComplete | StackStatus::ImportComplete
        ),
        OperationType::UpdateStack => matches!(
            status,
            StackStatus::UpdateComplete | StackStatus::ImportComplete
        ),
        OperationType::DeleteStack => matches!(status, StackStatus::DeleteComplete),
        OperationType::Rollback | OperationType::ContinueRollback => matches!(
            status,
            StackStatus::RollbackComplete
                | StackStatus::UpdateRollbackComplete
                | StackStatus::ImportRollbackComplete
        ),
        OperationType::CreateChangeSet | OperationType::Unknown(_) => false,
    }
}
