//! `DeleteStack`.

use cloudformation::status::StackStatus;

use super::Call;
use crate::api::{Answer, ApiError};
use crate::error::validation;
use crate::stack::{Entry, Operation, OperationKind};

impl Call<'_> {
    /// Deleting what is not there succeeds.
    pub(super) fn delete_stack(
        &mut self,
        name: &str,
        retain: &[String],
        role: Option<&str>,
        token: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let Some(number) = self.here()?.living_number(name) else {
            return Ok(Answer::Done);
        };
        if self.repeated(number, token, "DeleteStack")? {
            return Ok(Answer::Done);
        }
        let stack = self.living(name)?;
        if stack.termination_protection {
            return Err(validation(format!(
                "Stack [{}] cannot be deleted while TerminationProtection is enabled",
                stack.name
            )));
        }
        if stack.status == StackStatus::DeleteInProgress {
            return Ok(Answer::Done);
        }
        if !stack.status.can_delete() {
            return Err(validation(format!(
                "Stack [{}] cannot be deleted while in status {}",
                stack.id, stack.status
            )));
        }
        if !retain.is_empty() && stack.status != StackStatus::DeleteFailed {
            return Err(validation(format!(
                "Invalid operation on stack [{}]. Specify which resources to retain only when the \
                 stack is in the DELETE_FAILED state.",
                stack.id
            )));
        }
        self.usable_role(role.or(stack.role.as_deref()))?;
        self.remember(number, token, "DeleteStack")?;
        let (role, token) = (role.map(str::to_owned), token.map(str::to_owned));
        let place = self.place;
        self.cloud.with_stack(place, number, |stack, engine| {
            let mut operation =
                Operation::new(OperationKind::Delete, Entry::Delete, stack.status.clone());
            operation.token = token;
            operation.retain = retain.iter().cloned().collect();
            if role.is_some() {
                stack.role = role;
            }
            stack.obsolete_change_sets();
            engine.accept(stack, operation, StackStatus::DeleteInProgress);
        });
        Ok(Answer::Done)
    }
}
