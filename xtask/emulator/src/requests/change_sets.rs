//! Change sets: created, described, executed, deleted.

use cloudformation::{
    ChangeSetStatus, ChangeSetType, ClientToken, ExecutionStatus, ResourceToImport, StackStatus,
};

use super::context::RequestContext;
use super::imports::check_import;
use super::start::{
    Start, check_length, check_name, check_role, check_updatable, definition, new_stack, start,
};
use super::view;
use crate::api::{Answer, ApiError, OnFailure, Target};
use crate::change_set::ChangeSet;
use crate::error::{no_stack, refusal, validation};
use crate::event_queue::{EventKind, StackNumber};
use crate::page::page;
use crate::random::Random;
use crate::stack::{Beginning, OperationKind, Stack};

/// The longest description of a change set, in characters.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
const MAX_DESCRIPTION: usize = 1024;

pub(super) fn create_change_set(
    context: &mut RequestContext<'_>,
    target: &Target,
    name: &str,
    kind: ChangeSetType,
    description: Option<&str>,
    import_existing: bool,
    imports: &[ResourceToImport],
) -> Result<Answer, ApiError> {
    check_name("changeSetName", name)?;
    if let Some(text) = description {
        check_length(text, MAX_DESCRIPTION, || "description".to_owned())?;
    }
    let existing = context.account_region()?.active_number(&target.stack);
    if let Some(number) = existing
        && let Some(answer) = repeated_change_set(context, number, name, target)?
    {
        return Ok(answer);
    }
    check_type(context, existing, target, name, kind)?;
    let definition = definition(context, target, existing)?;
    if kind == ChangeSetType::Import {
        check_import(context, existing, &definition, imports)?;
    }
    let role = match existing {
        Some(number) => target
            .role
            .clone()
            .or(context.stack_mut(number)?.role.clone()),
        None => target.role.clone(),
    };
    check_role(context, role.as_deref())?;
    let number = match existing {
        Some(number) => number,
        None => new_stack_in_review(context, &target.stack)?,
    };
    let set_number = context.cloud.queue.next_number();
    let random = Random::new(context.cloud.options.seed)
        .derive("change set")
        .derive(name)
        .nth(set_number);
    let now = context.cloud.now;
    let account_region = context.account_region()?;
    let id = format!(
        "arn:{}:cloudformation:{}:{}:changeSet/{name}/{}",
        crate::template::partition(&account_region.caller.region),
        account_region.caller.region,
        account_region.caller.account,
        random.uuid()
    );
    let set = ChangeSet {
        number: set_number,
        id: id.clone(),
        name: name.to_owned(),
        kind,
        description: description.map(str::to_owned),
        created: now,
        token: target.token.clone(),
        role: target.role.clone(),
        status: ChangeSetStatus::CreatePending,
        reason: None,
        execution: ExecutionStatus::Unavailable,
        executed_with: None,
        definition,
        import_existing,
        imports: imports
            .iter()
            .map(|one| (one.logical_id.to_string(), one.identifier.clone()))
            .collect(),
        changes: Vec::new(),
    };
    context
        .account_region_mut()?
        .change_sets
        .insert(id.clone(), number);
    let region = context.region;
    let stack_id = context
        .cloud
        .with_stack(region, number, |stack, operations| {
            let beginning = Beginning::change_set(set.id.clone(), set.token.clone());
            operations.begin(stack, beginning);
            stack.change_sets.insert(set_number, set);
            let pending = operations.jittered(stack, "change set pending", 500);
            operations.schedule(stack, pending, EventKind::ChangeSetBegins(set_number));
            let wait = operations.jittered(stack, "change set", 4000);
            operations.schedule(stack, wait, EventKind::ChangeSetCreated(set_number));
            stack.id.clone()
        })
        .unwrap_or_default();
    Ok(Answer::ChangeSetId { id, stack_id })
}

/// The answer for a call that created the change set before.
fn repeated_change_set(
    context: &mut RequestContext<'_>,
    number: StackNumber,
    name: &str,
    target: &Target,
) -> Result<Option<Answer>, ApiError> {
    let stack = context.stack_mut(number)?;
    let mut sets = stack.change_sets.values().rev();
    // The name of an executed change set is free again: GitHub's deploy action uses one name for ever.
    // <https://github.com/aws-actions/aws-cloudformation-github-deploy>
    let Some(set) = sets.find(|set| {
        set.name == *name && (set.token == target.token || !set.execution.is_executed())
    }) else {
        return Ok(None);
    };
    if set.token.is_some() && set.token == target.token {
        return Ok(Some(Answer::ChangeSetId {
            id: set.id.clone(),
            stack_id: stack.id.clone(),
        }));
    }
    if set.execution.is_executed() {
        return Ok(None);
    }
    Err(refusal(
        "AlreadyExistsException",
        format!(
            "ChangeSet {name} cannot be created due to a mismatch with existing attribute \
             ClientRequestToken"
        ),
    ))
}

/// Checks that the stack's status allows a change set of this type.
fn check_type(
    context: &mut RequestContext<'_>,
    existing: Option<StackNumber>,
    target: &Target,
    name: &str,
    kind: ChangeSetType,
) -> Result<(), ApiError> {
    let Some(number) = existing else {
        return match kind {
            ChangeSetType::Create | ChangeSetType::Import if !target.stack.starts_with("arn:") => {
                Ok(())
            }
            _ => Err(no_stack(&target.stack)),
        };
    };
    let stack = context.stack_mut(number)?;
    match (kind, &stack.status) {
        (ChangeSetType::Create | ChangeSetType::Import, StackStatus::ReviewInProgress) => Ok(()),
        (ChangeSetType::Create, _) => Err(validation(format!(
            "Stack [{}] already exists and cannot be created again with the changeSet [{name}].",
            stack.name
        ))),
        // A stack without a template does not exist for an update.
        // <https://github.com/aws/aws-cdk/issues/7340>
        (ChangeSetType::Update, StackStatus::ReviewInProgress) => Err(no_stack(&target.stack)),
        // Whether a failed stack can be updated is checked on execution.
        (ChangeSetType::Update, StackStatus::CreateFailed | StackStatus::UpdateFailed) => Ok(()),
        _ => check_updatable(stack, false),
    }
}

/// A new stack in `REVIEW_IN_PROGRESS`.
fn new_stack_in_review(
    context: &mut RequestContext<'_>,
    name: &str,
) -> Result<StackNumber, ApiError> {
    let now = context.cloud.now;
    let number = new_stack(context, name)?;
    context.stack_mut(number)?.set_status(
        now,
        StackStatus::ReviewInProgress,
        Some("User Initiated".to_owned()),
        None,
    );
    Ok(number)
}

pub(super) fn describe_change_set(
    context: &RequestContext<'_>,
    (stack, set): (&Stack, &ChangeSet),
    next: &Option<String>,
    values: bool,
) -> Result<Answer, ApiError> {
    let mut changes = page(
        set.changes.iter().cloned(),
        next.as_deref(),
        context.cloud.options.page_size,
    )?;
    if !values {
        for change in &mut changes.items {
            for detail in &mut change.details {
                detail.before = None;
                detail.after = None;
            }
        }
    }
    Ok(Answer::ChangeSet(Box::new(view::change_set(
        set, stack, changes,
    ))))
}

pub(super) fn list_change_sets(
    context: &RequestContext<'_>,
    stack: &str,
    next: &Option<String>,
) -> Result<Answer, ApiError> {
    let stack = context.stack(stack)?;
    Ok(Answer::ChangeSets(page(
        stack
            .change_sets
            .values()
            .rev()
            .filter(|set| !set.execution.is_executed())
            .map(|set| view::change_set_summary(set, stack)),
        next.as_deref(),
        context.cloud.options.page_size,
    )?))
}

pub(super) fn execute_change_set(
    context: &mut RequestContext<'_>,
    name_or_id: &str,
    stack: Option<&str>,
    disable_rollback: bool,
    token: Option<&ClientToken>,
) -> Result<Answer, ApiError> {
    // A call that is repeated names what it has executed.
    let found = context.change_set(name_or_id, stack).or_else(|_| {
        context.find_change_set(name_or_id, stack, |set| {
            token.is_some() && set.executed_with.as_ref() == token
        })
    });
    let (stack, set) = found?;
    let (number, set) = (stack.number, set.clone());
    let what = format!("ExecuteChangeSet {}", set.id);
    if context.is_repeated(number, token, &what)? {
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
    let stack = context.stack_mut(number)?;
    let kind = match (set.kind, &stack.status) {
        (ChangeSetType::Create, StackStatus::ReviewInProgress) => OperationKind::Create,
        (ChangeSetType::Import, StackStatus::ReviewInProgress) => OperationKind::Import,
        (kind, _) => {
            check_updatable(stack, disable_rollback)?;
            if kind == ChangeSetType::Import {
                OperationKind::Import
            } else {
                OperationKind::Update
            }
        }
    };
    let role = set.role.clone().or(stack.role.clone());
    check_role(context, role.as_deref())?;
    context.remember_token(number, token, &what)?;
    start(
        context,
        number,
        Start {
            kind,
            definition: set.definition.clone(),
            role: set.role.clone(),
            token: token.cloned(),
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
    let stack = context.stack_mut(number)?;
    stack.change_set_id = Some(set.id.clone());
    if let Some(set) = stack.change_sets.get_mut(&set.number) {
        set.execution = ExecutionStatus::ExecuteInProgress;
        set.executed_with = token.cloned();
    }
    Ok(Answer::Done)
}

/// Succeeds for a change set that does not exist.
pub(super) fn delete_change_set(
    context: &mut RequestContext<'_>,
    name_or_id: &str,
    stack: Option<&str>,
) -> Result<Answer, ApiError> {
    let (number, set) = match context.change_set(name_or_id, stack) {
        Ok((stack, set)) => (stack.number, set),
        Err(error) if error.code == "ChangeSetNotFound" => return Ok(Answer::Done),
        Err(error) => return Err(error),
    };
    if matches!(
        set.status,
        ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress
    ) || set.execution == ExecutionStatus::ExecuteInProgress
    {
        return Err(refusal(
            "InvalidChangeSetStatus",
            "An operation on this ChangeSet is currently in progress.  Please attempt this \
             operation again later.",
        ));
    }
    let (set_number, id) = (set.number, set.id.clone());
    context.stack_mut(number)?.change_sets.remove(&set_number);
    context.account_region_mut()?.change_sets.remove(&id);
    Ok(Answer::Done)
}
