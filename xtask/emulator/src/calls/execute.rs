//! Change sets that are there: shown, executed, deleted.

use cloudformation::ChangeSetType;
use cloudformation::status::{ChangeSetStatus, ExecutionStatus, StackStatus};

use super::Call;
use super::start::Start;
use crate::api::{Answer, ApiError, OnFailure};
use crate::error::refusal;
use crate::page::page;
use crate::stack::{OperationKind, Stack};

impl Call<'_> {
    pub(super) fn describe_change_set(
        &self,
        name_or_id: &str,
        stack: Option<&str>,
        next: &Option<String>,
        values: bool,
    ) -> Result<Answer, ApiError> {
        let (stack, set) = self.change_set(name_or_id, stack)?;
        let mut changes = page(
            set.changes.iter().cloned(),
            next.as_deref(),
            self.cloud.options.page_size,
        )?;
        if !values {
            for change in &mut changes.items {
                for detail in &mut change.details {
                    detail.before = None;
                    detail.after = None;
                }
            }
        }
        Ok(Answer::ChangeSet(Box::new(set.view(stack, changes))))
    }

    pub(super) fn list_change_sets(
        &self,
        stack: &str,
        next: &Option<String>,
    ) -> Result<Answer, ApiError> {
        let stack = self.living(stack)?;
        Ok(Answer::ChangeSets(page(
            stack
                .change_sets
                .values()
                .rev()
                .map(|set| set.summary(stack)),
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }

    pub(super) fn execute_change_set(
        &mut self,
        name_or_id: &str,
        stack: Option<&str>,
        disable_rollback: bool,
        token: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let (stack, set) = self.change_set(name_or_id, stack)?;
        let (number, set) = (stack.number, set.clone());
        let what = format!("ExecuteChangeSet {}", set.id);
        if self.repeated(number, token, &what)? {
            return Ok(Answer::Done);
        }
        let unfit = |what: &str, status: &str| {
            Err(refusal(
                "InvalidChangeSetStatus",
                format!(
                    "ChangeSet [{}] cannot be executed in its current {what} of [{status}]",
                    set.id
                ),
            ))
        };
        if set.status != ChangeSetStatus::CreateComplete {
            return unfit("status", set.status.as_str());
        }
        if set.execution != ExecutionStatus::Available {
            return unfit("execution status", set.execution.as_str());
        }
        let stack = self.stack_mut(number)?;
        let kind = match (set.kind, &stack.status) {
            (ChangeSetType::Create, StackStatus::ReviewInProgress) => OperationKind::Create,
            (ChangeSetType::Import, StackStatus::ReviewInProgress) => OperationKind::Import,
            (kind, _) => {
                Self::updatable(stack, disable_rollback)?;
                if kind == ChangeSetType::Import {
                    OperationKind::Import
                } else {
                    OperationKind::Update
                }
            }
        };
        let role = set.role.clone().or(stack.role.clone());
        self.usable_role(role.as_deref())?;
        self.remember(number, token, &what)?;
        self.start(
            number,
            Start {
                kind,
                definition: set.definition.clone(),
                role: set.role.clone(),
                token: token.map(str::to_owned),
                on_failure: if disable_rollback {
                    OnFailure::DoNothing
                } else {
                    OnFailure::RollBack
                },
                disable_rollback,
                import_existing: set.import_existing,
                imports: set.imports.clone(),
                policy_during_update: None,
            },
        )?;
        let stack = self.stack_mut(number)?;
        stack.change_set_id = Some(set.id.clone());
        if let Some(set) = stack.change_sets.get_mut(&set.number) {
            set.execution = ExecutionStatus::ExecuteInProgress;
        }
        Ok(Answer::Done)
    }

    /// Deleting a change set that is not there succeeds.
    pub(super) fn delete_change_set(
        &mut self,
        name_or_id: &str,
        stack: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let (number, set) = match self.change_set(name_or_id, stack) {
            Ok((stack, set)) => (stack.number, set),
            Err(error) if error.code == "ChangeSetNotFound" => return Ok(Answer::Done),
            Err(error) => return Err(error),
        };
        if set.status == ChangeSetStatus::CreateInProgress
            || set.execution == ExecutionStatus::ExecuteInProgress
        {
            return Err(refusal(
                "InvalidChangeSetStatus",
                "An operation on this ChangeSet is currently in progress.  Please attempt this \
                 operation again later.",
            ));
        }
        let (set_number, id) = (set.number, set.id.clone());
        self.stack_mut(number)?.change_sets.remove(&set_number);
        self.here_mut()?.change_sets.remove(&id);
        Ok(Answer::Done)
    }
}

impl Stack {
    /// The stack changes: no change set fits any more.
    pub(crate) fn obsolete_change_sets(&mut self) {
        for set in self.change_sets.values_mut() {
            if matches!(
                set.execution,
                ExecutionStatus::Available | ExecutionStatus::Unavailable
            ) {
                set.execution = ExecutionStatus::Obsolete;
            }
        }
    }

    /// An operation has ended: the change set that it executed is through. Those that do not fit any
    /// more are deleted where it worked; gives their ids.
    pub(crate) fn close_change_sets(&mut self) -> Vec<String> {
        let worked = matches!(
            self.status,
            StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::ImportComplete
        );
        let mut gone = Vec::new();
        self.change_sets.retain(|_, set| {
            if set.execution == ExecutionStatus::ExecuteInProgress {
                set.execution = if worked {
                    ExecutionStatus::ExecuteComplete
                } else {
                    ExecutionStatus::ExecuteFailed
                };
            }
            let obsolete = worked && set.execution == ExecutionStatus::Obsolete;
            if obsolete {
                gone.push(set.id.clone());
            }
            !obsolete
        });
        gone
    }
}
