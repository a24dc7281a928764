//! The state that a request reads and changes: the cloud, and the caller's account and region in
//! it.

use cloudformation::ClientToken;

use crate::Cloud;
use crate::account_region::AccountRegion;
use crate::api::ApiError;
use crate::change_set::ChangeSet;
use crate::error::{no_change_set, no_stack, refusal, validation};
use crate::event_queue::StackNumber;
use crate::stack::Stack;

pub(super) struct RequestContext<'a> {
    pub(super) cloud: &'a mut Cloud,
    /// The index of the caller's account and region.
    pub(super) region: usize,
}

impl RequestContext<'_> {
    pub(super) fn account_region(&self) -> Result<&AccountRegion, ApiError> {
        self.cloud
            .account_regions
            .get(self.region)
            .ok_or_else(|| crate::error::refusal("InternalFailure", "no such account and region"))
    }

    pub(super) fn account_region_mut(&mut self) -> Result<&mut AccountRegion, ApiError> {
        self.cloud
            .account_regions
            .get_mut(self.region)
            .ok_or_else(|| crate::error::refusal("InternalFailure", "no such account and region"))
    }

    /// A stack that is not deleted.
    pub(super) fn stack(&self, name_or_id: &str) -> Result<&Stack, ApiError> {
        let account_region = self.account_region()?;
        account_region
            .active_number(name_or_id)
            .and_then(|number| account_region.stacks.get(&number))
            .ok_or_else(|| crate::error::no_stack(name_or_id))
    }

    pub(super) fn stack_mut(&mut self, number: StackNumber) -> Result<&mut Stack, ApiError> {
        self.account_region_mut()?
            .stacks
            .get_mut(&number)
            .ok_or_else(|| crate::error::refusal("InternalFailure", "no such stack"))
    }

    /// A change set by its id, or by its name until it is executed.
    ///
    /// <https://github.com/guardian/riff-raff/pull/672>
    pub(super) fn change_set(
        &self,
        name_or_id: &str,
        stack: Option<&str>,
    ) -> Result<(&Stack, &ChangeSet), ApiError> {
        self.find_change_set(name_or_id, stack, |set| !set.execution.is_executed())
    }

    /// A change set by its id, or the latest of its name that is accepted.
    pub(super) fn find_change_set(
        &self,
        name_or_id: &str,
        stack: Option<&str>,
        accepts: impl Fn(&ChangeSet) -> bool,
    ) -> Result<(&Stack, &ChangeSet), ApiError> {
        let account_region = self.account_region()?;
        let number = if name_or_id.starts_with("arn:") {
            account_region
                .change_sets
                .get(name_or_id)
                .copied()
                .ok_or_else(|| no_change_set(name_or_id))?
        } else {
            let Some(stack) = stack else {
                return Err(validation(
                    "StackName must be specified if ChangeSetName is not specified as an ARN.",
                ));
            };
            account_region
                .active_number(stack)
                .ok_or_else(|| no_stack(stack))?
        };
        let stack = account_region
            .stacks
            .get(&number)
            .ok_or_else(|| no_change_set(name_or_id))?;
        stack
            .change_sets
            .values()
            .rev()
            .find(|set| set.id == name_or_id || set.name == name_or_id && accepts(set))
            .map(|set| (stack, set))
            .ok_or_else(|| no_change_set(name_or_id))
    }

    /// Whether this client request token was used for the same request before.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html>
    ///
    /// # Errors
    ///
    /// The token was used for something else.
    pub(super) fn is_repeated(
        &mut self,
        number: StackNumber,
        token: Option<&ClientToken>,
        request: &str,
    ) -> Result<bool, ApiError> {
        let stack = self.stack_mut(number)?;
        match token.and_then(|token| Some((token, stack.tokens.get(token)?))) {
            None => Ok(false),
            Some((_, done)) if done == request => Ok(true),
            Some((token, _)) => Err(refusal(
                "TokenAlreadyExistsException",
                format!("A client request token already exists: {token}"),
            )),
        }
    }

    pub(super) fn remember_token(
        &mut self,
        number: StackNumber,
        token: Option<&ClientToken>,
        request: &str,
    ) -> Result<(), ApiError> {
        let stack = self.stack_mut(number)?;
        if let Some(token) = token {
            stack.tokens.insert(token.to_owned(), request.to_owned());
        }
        Ok(())
    }
}
