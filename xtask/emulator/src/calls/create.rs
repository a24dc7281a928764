//! `CreateStack`.

use std::collections::BTreeMap;

use super::Call;
use super::start::Start;
use crate::api::{Action, Answer, ApiError, OnFailure};
use crate::error::{refusal, validation};
use crate::policy::is_policy;
use crate::stack::OperationKind;

impl Call<'_> {
    pub(super) fn create_stack(&mut self, action: &Action) -> Result<Answer, ApiError> {
        let Action::CreateStack {
            target,
            on_failure,
            termination_protection,
            policy,
        } = action
        else {
            return Err(refusal("InternalFailure", "not a creation"));
        };
        let token = target.token.as_deref();
        if let Some(number) = self.here()?.living_number(&target.stack) {
            if token.is_some() && self.repeated(number, token, "CreateStack")? {
                return Ok(Answer::StackId(self.stack_mut(number)?.id.clone()));
            }
            return Err(refusal(
                "AlreadyExistsException",
                format!("Stack [{}] already exists", target.stack),
            ));
        }
        if policy.as_deref().is_some_and(|policy| !is_policy(policy)) {
            return Err(validation(
                "Error validating stack policy: Invalid stack policy",
            ));
        }
        let definition = self.definition(target, None)?;
        self.usable_role(target.role.as_deref())?;
        let number = self.new_stack(&target.stack)?;
        let stack = self.stack_mut(number)?;
        stack.termination_protection = *termination_protection;
        stack.policy.clone_from(policy);
        let id = stack.id.clone();
        self.remember(number, token, "CreateStack")?;
        self.start(
            number,
            Start {
                kind: OperationKind::Create,
                definition,
                role: target.role.clone(),
                token: target.token.clone(),
                on_failure: *on_failure,
                disable_rollback: *on_failure == OnFailure::DoNothing,
                import_existing: false,
                imports: BTreeMap::new(),
                policy_during_update: None,
            },
        )?;
        Ok(Answer::StackId(id))
    }
}
