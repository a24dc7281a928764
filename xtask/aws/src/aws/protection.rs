//! What protects a stack and no change set can set.

use cloudformation::ClientResult;

use super::client::Aws;
use super::errors::cloudformation;
use super::translation::text;

impl Aws {
    pub(super) async fn get_stack_policy(&self, stack: &str) -> ClientResult<Option<String>> {
        let answer = self
            .cloudformation
            .get_stack_policy()
            .stack_name(stack)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(text(answer.stack_policy_body))
    }

    pub(super) async fn put_stack_policy(&self, stack: &str, policy: &str) -> ClientResult<()> {
        self.cloudformation
            .set_stack_policy()
            .stack_name(stack)
            .stack_policy_body(policy)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }

    pub(super) async fn update_termination_protection(
        &self,
        stack: &str,
        enabled: bool,
    ) -> ClientResult<()> {
        self.cloudformation
            .update_termination_protection()
            .stack_name(stack)
            .enable_termination_protection(enabled)
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(())
    }
}
