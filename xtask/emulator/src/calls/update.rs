//! `UpdateStack`.

use std::collections::BTreeMap;

use super::Call;
use super::start::Start;
use crate::api::{Action, Answer, ApiError, OnFailure};
use crate::change_set::compare;
use crate::error::{refusal, validation};
use crate::policy::is_policy;
use crate::stack::OperationKind;

impl Call<'_> {
    pub(super) fn update_stack(&mut self, action: &Action) -> Result<Answer, ApiError> {
        let Action::UpdateStack {
            target,
            disable_rollback,
            policy,
            policy_during_update,
        } = action
        else {
            return Err(refusal("InternalFailure", "not an update"));
        };
        let token = target.token.as_deref();
        let (number, id) = {
            let stack = self.living(&target.stack)?;
            (stack.number, stack.id.clone())
        };
        if self.repeated(number, token, "UpdateStack")? {
            return Ok(Answer::StackId(id));
        }
        Self::updatable(self.living(&target.stack)?, *disable_rollback)?;
        for policy in [policy, policy_during_update].into_iter().flatten() {
            if !is_policy(policy) {
                return Err(validation(
                    "Error validating stack policy: Invalid stack policy",
                ));
            }
        }
        let definition = self.definition(target, Some(number))?;
        let stack = self.living(&target.stack)?;
        self.usable_role(target.role.as_deref().or(stack.role.as_deref()))?;
        let here = self.here()?;
        let comparison = compare(stack, &definition, &here.exports, &here.caller)?;
        if comparison.is_empty() && stack.status.can_update() {
            return Err(validation("No updates are to be performed."));
        }
        self.remember(number, token, "UpdateStack")?;
        self.start(
            number,
            Start {
                kind: OperationKind::Update,
                definition,
                role: target.role.clone(),
                token: target.token.clone(),
                on_failure: OnFailure::RollBack,
                disable_rollback: *disable_rollback,
                import_existing: false,
                imports: BTreeMap::new(),
                policy_during_update: policy_during_update.clone(),
            },
        )?;
        if policy.is_some() {
            self.stack_mut(number)?.policy.clone_from(policy);
        }
        Ok(Answer::StackId(id))
    }
}
