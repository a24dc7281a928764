//! `CancelUpdateStack`, `ContinueUpdateRollback`, `RollbackStack`, `SignalResource`.

use cloudformation::status::{ResourceStatus, StackStatus};

use super::Call;
use crate::api::{Answer, ApiError};
use crate::error::validation;
use crate::stack::{Entry, OperationKind};

impl Call<'_> {
    pub(super) fn cancel_update(
        &mut self,
        name: &str,
        token: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let number = self.living(name)?.number;
        if self.repeated(number, token, "CancelUpdateStack")? {
            return Ok(Answer::Done);
        }
        if self.living(name)?.status != StackStatus::UpdateInProgress {
            return Err(validation(
                "CancelUpdateStack cannot be called from current stack status",
            ));
        }
        self.remember(number, token, "CancelUpdateStack")?;
        let place = self.place;
        self.cloud
            .with_stack(place, number, |stack, engine| engine.cancel(stack));
        Ok(Answer::Done)
    }

    pub(super) fn continue_rollback(
        &mut self,
        name: &str,
        skip: &[String],
        token: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let number = self.living(name)?.number;
        if self.repeated(number, token, "ContinueUpdateRollback")? {
            return Ok(Answer::Done);
        }
        let stack = self.living(name)?;
        if stack.status != StackStatus::UpdateRollbackFailed {
            // The operation has another name inside of CloudFormation.
            return Err(validation(
                "RollbackUpdatedStack cannot be called from current stack status",
            ));
        }
        let unskippable: Vec<&str> = skip
            .iter()
            .map(String::as_str)
            .filter(|name| {
                stack
                    .resources
                    .get(*name)
                    .is_none_or(|resource| resource.status != ResourceStatus::UpdateFailed)
            })
            .collect();
        if !unskippable.is_empty() {
            return Err(validation(format!(
                "The following resources cannot be skipped: [{}]. Only resources in the \
                 UPDATE_FAILED state can be skipped",
                unskippable.join(", ")
            )));
        }
        self.usable_role(stack.role.as_deref())?;
        self.remember(number, token, "ContinueUpdateRollback")?;
        self.go_back(number, skip, token, StackStatus::UpdateRollbackInProgress);
        Ok(Answer::Done)
    }

    pub(super) fn roll_back(
        &mut self,
        name: &str,
        token: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let stack = self.living(name)?;
        let (number, id, status) = (stack.number, stack.id.clone(), stack.status.clone());
        if self.repeated(number, token, "RollbackStack")? {
            return Ok(Answer::StackId(id));
        }
        let creates = self
            .living(name)?
            .unfinished
            .as_ref()
            .is_some_and(|unfinished| {
                unfinished.kind == OperationKind::Create || unfinished.before.is_none()
            });
        let next = match status {
            StackStatus::CreateFailed => StackStatus::RollbackInProgress,
            StackStatus::UpdateFailed if creates => StackStatus::RollbackInProgress,
            StackStatus::UpdateFailed => StackStatus::UpdateRollbackInProgress,
            _ => {
                return Err(validation(format!(
                    "Stack:{id} is in {} state and can not be rolled back.",
                    status
                )));
            }
        };
        self.remember(number, token, "RollbackStack")?;
        self.go_back(number, &[], token, next);
        Ok(Answer::StackId(id))
    }

    /// What ended before it was through goes back.
    fn go_back(
        &mut self,
        number: crate::queue::StackNumber,
        skip: &[String],
        token: Option<&str>,
        status: StackStatus,
    ) {
        let place = self.place;
        let token = token.map(str::to_owned);
        self.cloud.with_stack(place, number, |stack, engine| {
            let Some(mut operation) = stack.unfinished.take() else {
                return;
            };
            operation.entry = Entry::Back;
            operation.token = token;
            operation.skip = skip.iter().cloned().collect();
            engine.accept(stack, *operation, status);
        });
    }

    pub(super) fn signal(
        &mut self,
        name: &str,
        logical_id: &str,
        success: bool,
    ) -> Result<Answer, ApiError> {
        let stack = self.living(name)?;
        let (number, id, status) = (stack.number, stack.id.clone(), stack.status.clone());
        let place = self.place;
        let logical_id = logical_id.to_owned();
        let taken = self
            .cloud
            .with_stack(place, number, |stack, engine| {
                engine.signal(stack, &logical_id, success)
            })
            .unwrap_or(false);
        if taken {
            Ok(Answer::Done)
        } else {
            Err(validation(format!(
                "Stack {id} is in {} state and can not be signaled.",
                status
            )))
        }
    }
}
