//! `GetStackPolicy`, `SetStackPolicy`, `UpdateTerminationProtection`.

use super::Call;
use crate::api::{Answer, ApiError};
use crate::error::validation;
use crate::policy::is_policy;

impl Call<'_> {
    pub(super) fn get_policy(&self, stack: &str) -> Result<Answer, ApiError> {
        Ok(Answer::Policy(self.living(stack)?.policy.clone()))
    }

    pub(super) fn set_policy(&mut self, stack: &str, policy: &str) -> Result<Answer, ApiError> {
        let number = self.living(stack)?.number;
        if !is_policy(policy) {
            return Err(validation(
                "Error validating stack policy: Invalid stack policy",
            ));
        }
        self.stack_mut(number)?.policy = Some(policy.to_owned());
        Ok(Answer::Done)
    }

    pub(super) fn protect(&mut self, stack: &str, enabled: bool) -> Result<Answer, ApiError> {
        let number = self.living(stack)?.number;
        let stack = self.stack_mut(number)?;
        stack.termination_protection = enabled;
        Ok(Answer::StackId(stack.id.clone()))
    }
}
