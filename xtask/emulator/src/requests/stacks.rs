//! `CreateStack`, `UpdateStack`, `DeleteStack`, stack policies and termination protection.

use std::collections::BTreeMap;

use cloudformation::{ClientToken, OperationType, StackStatus};

use super::context::RequestContext;
use super::start::{Start, check_role, check_updatable, definition, new_stack, start, started};
use crate::api::{Answer, ApiError, OnFailure, Target};
use crate::change_set::compare;
use crate::error::{refusal, validation};
use crate::inventory::ParameterStore;
use crate::policy::is_policy;
use crate::stack::{FirstPhase, Operation, OperationKind};
use crate::template::check_secure_references;

pub(super) fn create_stack(
    context: &mut RequestContext<'_>,
    target: &Target,
    on_failure: OnFailure,
    termination_protection: bool,
    policy: Option<&str>,
) -> Result<Answer, ApiError> {
    let token = target.token.as_ref();
    if let Some(number) = context.account_region()?.active_number(&target.stack) {
        if token.is_some() && context.is_repeated(number, token, "CreateStack")? {
            return Ok(started(context.stack_mut(number)?, token));
        }
        return Err(refusal(
            "AlreadyExistsException",
            format!("Stack [{}] already exists", target.stack),
        ));
    }
    if policy.is_some_and(|policy| !is_policy(policy)) {
        return Err(validation(
            "Error validating stack policy: Invalid stack policy",
        ));
    }
    let definition = definition(context, target, None)?;
    check_secure_references(&definition.template)?;
    check_role(context, target.role.as_deref())?;
    let number = new_stack(context, &target.stack)?;
    let stack = context.stack_mut(number)?;
    stack.termination_protection = termination_protection;
    stack.policy = policy.map(str::to_owned);
    context.remember_token(number, token, "CreateStack")?;
    start(
        context,
        number,
        Start {
            kind: OperationKind::Create,
            definition,
            role: target.role.clone(),
            token: target.token.clone(),
            on_failure,
            disable_rollback: on_failure == OnFailure::DoNothing,
            import_existing: false,
            imports: BTreeMap::new(),
            policy_during_update: None,
        },
    )?;
    Ok(started(context.stack_mut(number)?, token))
}

pub(super) fn update_stack(
    context: &mut RequestContext<'_>,
    target: &Target,
    disable_rollback: bool,
    policy: Option<&str>,
    policy_during_update: Option<&str>,
) -> Result<Answer, ApiError> {
    let token = target.token.as_ref();
    let number = context.stack(&target.stack)?.number;
    if context.is_repeated(number, token, "UpdateStack")? {
        return Ok(started(context.stack(&target.stack)?, token));
    }
    check_updatable(context.stack(&target.stack)?, disable_rollback)?;
    for policy in [policy, policy_during_update].into_iter().flatten() {
        if !is_policy(policy) {
            return Err(validation(
                "Error validating stack policy: Invalid stack policy",
            ));
        }
    }
    let definition = definition(context, target, Some(number))?;
    check_secure_references(&definition.template)?;
    let stack = context.stack(&target.stack)?;
    check_role(context, target.role.as_deref().or(stack.role.as_deref()))?;
    let account_region = context.account_region()?;
    let comparison = compare(
        stack,
        &definition,
        &account_region.exports,
        &account_region.caller,
        ParameterStore {
            inventory: &account_region.inventory,
            given: &context.cloud.options.ssm_parameters,
        },
    )?;
    if comparison.is_empty() && stack.status.can_update() {
        return Err(validation("No updates are to be performed."));
    }
    context.remember_token(number, token, "UpdateStack")?;
    start(
        context,
        number,
        Start {
            kind: OperationKind::Update,
            definition,
            role: target.role.clone(),
            token: target.token.clone(),
            on_failure: OnFailure::RollBack,
            disable_rollback,
            import_existing: false,
            imports: BTreeMap::new(),
            policy_during_update: policy_during_update.map(str::to_owned),
        },
    )?;
    if policy.is_some() {
        context.stack_mut(number)?.policy = policy.map(str::to_owned);
    }
    Ok(started(context.stack(&target.stack)?, token))
}

/// Succeeds for a stack that does not exist.
pub(super) fn delete_stack(
    context: &mut RequestContext<'_>,
    name: &str,
    retain: &[String],
    role: Option<&str>,
    token: Option<&ClientToken>,
) -> Result<Answer, ApiError> {
    let Some(number) = context.account_region()?.active_number(name) else {
        return Ok(Answer::Done);
    };
    if context.is_repeated(number, token, "DeleteStack")? {
        return Ok(Answer::Done);
    }
    let stack = context.stack(name)?;
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
    check_role(context, role.or(stack.role.as_deref()))?;
    context.remember_token(number, token, "DeleteStack")?;
    let (role, token) = (role.map(str::to_owned), token.cloned());
    let region = context.region;
    context
        .cloud
        .with_stack(region, number, |stack, operations| {
            let mut operation = Operation::new(
                OperationKind::Delete,
                FirstPhase::Delete,
                stack.status.clone(),
            );
            operation.token = token;
            operation.retain = retain.iter().cloned().collect();
            if role.is_some() {
                stack.role = role;
            }
            stack.obsolete_change_sets();
            operations.accept(
                stack,
                operation,
                StackStatus::DeleteInProgress,
                OperationType::DeleteStack,
            );
        });
    Ok(Answer::Done)
}

pub(super) fn get_policy(context: &RequestContext<'_>, stack: &str) -> Result<Answer, ApiError> {
    Ok(Answer::Policy(context.stack(stack)?.policy.clone()))
}

pub(super) fn set_policy(
    context: &mut RequestContext<'_>,
    stack: &str,
    policy: &str,
) -> Result<Answer, ApiError> {
    let number = context.stack(stack)?.number;
    if !is_policy(policy) {
        return Err(validation(
            "Error validating stack policy: Invalid stack policy",
        ));
    }
    context.stack_mut(number)?.policy = Some(policy.to_owned());
    Ok(Answer::Done)
}

pub(super) fn set_termination_protection(
    context: &mut RequestContext<'_>,
    stack: &str,
    enabled: bool,
) -> Result<Answer, ApiError> {
    let number = context.stack(stack)?.number;
    let stack = context.stack_mut(number)?;
    stack.termination_protection = enabled;
    Ok(Answer::StackId(stack.id.clone()))
}
