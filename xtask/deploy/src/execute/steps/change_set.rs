//! Change sets: created, read, and discarded where they are not executed.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::time::sleep;

use super::api::delete_stack;
use crate::execute::check_change_set::validation_warnings;
use crate::execute::context::{StepContext, StepResult};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::outcome::{Failure, StepOutcome};
use crate::plan::{DeployStep, Finding, FindingCode, Operation};
use cloudformation::status::StackStatus;
use cloudformation::template::{attribute, properties, resources};
use cloudformation::{
    ChangeSet, ChangeSetId, ChangeSetOutcome, ChangeSetRequest, ChangeSetType, ClientError,
    ClientResult, CloudFormation, ExecutionStatus, LogicalId, ResourceChange, Stack, StackId,
    StackNameOrId, ValidationFinding, has_validation_events,
};

/// How many reads may miss a change set that was created: reads lag behind writes.
const MAX_MISSES: u32 = 5;

/// A change set that is not executed yet.
#[derive(Clone, Debug)]
pub(in crate::execute) struct PendingChangeSet {
    pub(in crate::execute) id: ChangeSetId,
    /// By name while a change set that creates the stack was only requested.
    pub(in crate::execute) stack: StackNameOrId,
    /// Whether the change set created its stack, which holds nothing yet.
    created_stack: bool,
}

impl PendingChangeSet {
    /// A change set that was created with the plan.
    pub(in crate::execute) fn prepared<P>(
        context: &StepContext<'_, P>,
        id: &ChangeSetId,
        stack: impl Into<StackNameOrId>,
    ) -> Self {
        let stacks = &context.execution.plan.stacks;
        Self {
            id: id.clone(),
            stack: stack.into(),
            created_stack: stacks
                .iter()
                .any(|stack| stack.name == context.step.stack && stack.status.is_none()),
        }
    }
}

#[derive(Clone, Debug)]
pub(in crate::execute) struct ReadyChangeSet {
    pub(in crate::execute) pending: PendingChangeSet,
    /// Its stack, which exists by now, if only in review.
    pub(in crate::execute) stack: StackId,
    pub(in crate::execute) changes: Vec<ResourceChange>,
    /// What validation warns of; nothing where the plan has it already.
    pub(in crate::execute) warnings: Vec<Finding>,
}

pub(in crate::execute) enum ChangeSetResult {
    Ready(ReadyChangeSet),
    /// It contained no changes, and was discarded.
    Empty,
}

/// Creates the change set of a step, or takes the one that was created with the plan.
pub(in crate::execute) async fn create_change_set<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
    stack: Option<&Stack>,
) -> StepResult<ChangeSetResult> {
    if let (Some(id), Some(stack)) = (&step.change_set, stack) {
        let pending = PendingChangeSet::prepared(context, id, &stack.id);
        if is_usable(context, &pending).await? {
            return wait_until_created(context, pending, Some(stack), false).await;
        }
        // It was deleted, or another was executed and the stack rolled back. A new one from the same
        // template, against the same stack, is the same.
    }
    let pending = request(context, step, stack).await?;
    wait_until_created(context, pending, stack, true).await
}

/// Whether a change set that was created earlier can be executed, or will be.
async fn is_usable<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
) -> StepResult<bool> {
    let view = describe(context, pending, None)
        .await
        .map_err(read_failed)?;
    // A plan is a file, which may have been edited.
    if let Some(view) = view
        .as_ref()
        .filter(|view| pending.stack != StackNameOrId::from(&view.stack_id))
    {
        return Err(StepOutcome::Failed(Box::new(Failure::new(format!(
            "the change set that the plan names belongs to another stack: {}",
            view.stack_id
        )))));
    }
    Ok(view.is_some_and(|view| match view.outcome() {
        ChangeSetOutcome::InProgress => true,
        ChangeSetOutcome::Complete => view.execution == ExecutionStatus::Available,
        ChangeSetOutcome::Empty
        | ChangeSetOutcome::Failed
        | ChangeSetOutcome::AlreadyExists
        | ChangeSetOutcome::Deleted => false,
    }))
}

async fn request<P: CloudFormation>(
    context: &StepContext<'_, P>,
    step: &DeployStep,
    stack: Option<&Stack>,
) -> StepResult<PendingChangeSet> {
    let template = context
        .execution
        .plan
        .templates
        .get(&step.template)
        .ok_or_else(|| {
            StepOutcome::Failed(Box::new(Failure::new(format!(
                "the plan has no template `{}`",
                step.template
            ))))
        })?;
    let request = ChangeSetRequest {
        stack: match stack {
            Some(stack) if step.exists => (&stack.id).into(),
            _ => (&context.step.stack).into(),
        },
        name: context.name(),
        kind: if step.exists {
            ChangeSetType::Update
        } else {
            ChangeSetType::Create
        },
        template: template.clone(),
        parameters: step.parameters.clone(),
        capabilities: step
            .capabilities
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        tags: step.tags.clone(),
        role: step.role.clone(),
        description: context.execution.options.description(),
        import_existing: step.import_existing,
        token: context.token("change-set"),
    };
    let port = context.port();
    // The name is unique to this run, so a change set found under it is this run's.
    let find_result = || async {
        let found = context
            .read(|| port.change_set(&request.stack, &request.name, None))
            .await?;
        Ok(found.map(|found| found.id))
    };
    let id = context
        .write(
            || async {
                if step.imports.is_empty() {
                    port.create_change_set(&request).await
                } else {
                    port.create_import(&request, &step.imports).await
                }
            },
            find_result,
        )
        .await
        .map_err(|error| match error {
            ClientError::Busy(message) => {
                StepOutcome::stale(format!("another operation is in progress: {message}"))
            }
            ClientError::AlreadyExists(_) if !step.exists => {
                StepOutcome::stale("another caller created it")
            }
            error => failure::call_failed("creating the change set", &error, None),
        })?;
    Ok(PendingChangeSet {
        id,
        stack: request.stack,
        created_stack: stack.is_none(),
    })
}

/// Waits until CloudFormation has created the change set, and reads all of its changes, and what
/// validation warns of.
async fn wait_until_created<P: CloudFormation>(
    context: &StepContext<'_, P>,
    mut pending: PendingChangeSet,
    before: Option<&Stack>,
    warns: bool,
) -> StepResult<ChangeSetResult> {
    let stop = context.execution.calls.stop();
    let limits = &context.execution.options.rate_limits;
    let mut misses = 0;
    // Most take a few seconds, about as long as the time between two polls of a stack.
    let mut pause = limits.shortest;
    loop {
        tokio::select! {
            () = sleep(context.execution.calls.jitter.around(pause)) => {}
            () = stop.stopped() => {
                discard(context, &pending).await;
                return Err(StepOutcome::Detached);
            }
        }
        pause = (pause * 3 / 2).min(limits.longest);
        let view = match describe(context, &pending, None).await {
            Ok(Some(view)) => view,
            Ok(None) if misses < MAX_MISSES => {
                if has_later_change(context, before).await {
                    return Err(superseded());
                }
                misses += 1;
                continue;
            }
            Ok(None) => return Err(deleted(context, &pending, before).await),
            Err(error) => {
                discard(context, &pending).await;
                return Err(read_failed(error));
            }
        };
        // A change set that creates its stack was requested by the stack's name.
        pending.stack = (&view.stack_id).into();
        match (view.outcome(), &view.execution) {
            (ChangeSetOutcome::Complete, ExecutionStatus::Available) => {
                let stack = view.stack_id.clone();
                return match read_all_changes(context, &pending, view).await {
                    Ok(changes) => {
                        context.report(Event::ChangeSet {
                            step: context.step.id.clone(),
                            changes: changes.clone(),
                        });
                        let warnings = if warns {
                            warnings(context, &pending).await
                        } else {
                            Vec::new()
                        };
                        Ok(ChangeSetResult::Ready(ReadyChangeSet {
                            pending,
                            stack,
                            changes,
                            warnings,
                        }))
                    }
                    Err(error) => {
                        discard(context, &pending).await;
                        Err(read_failed(error))
                    }
                };
            }
            (ChangeSetOutcome::Complete, status)
                if status.is_executed() || *status == ExecutionStatus::Obsolete =>
            {
                return Err(superseded());
            }
            // It can't be executed in a status that is not known.
            (ChangeSetOutcome::InProgress | ChangeSetOutcome::Complete, _) => {}
            (ChangeSetOutcome::Empty, _) => {
                discard(context, &pending).await;
                return Ok(ChangeSetResult::Empty);
            }
            (outcome @ (ChangeSetOutcome::Failed | ChangeSetOutcome::AlreadyExists), _) => {
                let reason = reason(context, &pending, view.status_reason).await;
                discard(context, &pending).await;
                if outcome == ChangeSetOutcome::AlreadyExists {
                    return Err(resources_exist(context, before, &reason).await);
                }
                return Err(failure::change_set_failed(&reason));
            }
            (ChangeSetOutcome::Deleted, _) => return Err(deleted(context, &pending, before).await),
        }
    }
}

/// What validation found while the change set was created. Nothing depends on it: where it can't be
/// read, that is a note.
async fn validation<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
) -> Vec<ValidationFinding> {
    let mut findings = Vec::new();
    let mut next = None;
    loop {
        let page = context
            .read(|| {
                context
                    .port()
                    .validation(&pending.stack, &pending.id, next.clone())
            })
            .await;
        match page {
            Ok(page) => {
                findings.extend(page.items);
                next = page.next;
            }
            Err(error) => {
                context.warn(format!(
                    "CloudFormation's validation of the change set can't be read: {error}"
                ));
                return findings;
            }
        }
        if next.is_none() {
            return findings;
        }
    }
}

async fn warnings<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
) -> Vec<Finding> {
    let findings = validation(context, pending).await;
    validation_warnings(&context.step.stack, &findings)
}

/// The reason of a failure: what validation found, or else CloudFormation's sentence.
async fn reason<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
    said: Option<String>,
) -> String {
    let said = said.unwrap_or_else(|| "CloudFormation gives no reason".to_owned());
    if !has_validation_events(&said) {
        return said;
    }
    let findings = validation(context, pending).await;
    let failed = findings.iter().filter(|finding| !finding.is_warning());
    let sentences: Vec<String> = failed.map(ValidationFinding::sentence).collect();
    if sentences.is_empty() {
        said
    } else {
        sentences.join("; ")
    }
}

/// Names the resources that may be why a change set failed that would create existing ones.
async fn resources_exist<P: CloudFormation>(
    context: &StepContext<'_, P>,
    before: Option<&Stack>,
    reason: &str,
) -> StepOutcome {
    let findings = context.execution.plan.findings.iter();
    let orphans: Vec<&Finding> = findings
        .filter(|one| one.code == FindingCode::OrphanFound && one.stack == context.step.stack)
        .collect();
    let mut deployed = BTreeSet::new();
    let mut next = None;
    while let Some(stack) = before.filter(|_| orphans.is_empty()) {
        match context
            .read(|| context.port().resources(&stack.id, next.clone()))
            .await
        {
            Ok(page) => {
                deployed.extend(page.items.into_iter().map(|one| one.logical_id));
                next = page.next;
            }
            // It only makes the message less precise.
            Err(error) => {
                context.warn_retry(&error);
                break;
            }
        }
        if next.is_none() {
            break;
        }
    }
    let named = match &context.step.operation {
        Operation::Deploy(step) => context.execution.plan.templates.get(&step.template),
        _ => None,
    };
    let named = named
        .map(|text| named_resources(text, &deployed))
        .unwrap_or_default();
    failure::resources_exist(reason, &orphans, &named)
}

/// The resources of a template that have a name of their own and are not deployed.
fn named_resources(template: &str, deployed: &BTreeSet<LogicalId>) -> Vec<String> {
    let template: Value = serde_json::from_str(template).unwrap_or_default();
    resources(&template)
        .filter(|(id, _)| !deployed.contains(*id))
        .filter_map(|(id, resource)| {
            let kind = attribute(resource, "Type")?;
            let name = properties(resource)
                .as_object()?
                .iter()
                .find(|(key, value)| key.ends_with("Name") && value.is_string())?;
            Some(format!("{id} ({kind} `{}`)", name.1.as_str()?))
        })
        .collect()
}

async fn read_all_changes<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
    first: ChangeSet,
) -> ClientResult<Vec<ResourceChange>> {
    let mut changes = first.changes;
    let mut next = first.next;
    while next.is_some() {
        let Some(page) = describe(context, pending, next).await? else {
            return Err(ClientError::ChangeSetNotFound(pending.id.as_str().into()));
        };
        changes.extend(page.changes);
        next = page.next;
    }
    Ok(changes)
}

pub(super) async fn describe<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
    next: Option<String>,
) -> ClientResult<Option<ChangeSet>> {
    context
        .read(|| {
            context
                .port()
                .change_set(&pending.stack, &pending.id, next.clone())
        })
        .await
}

/// Deletes a change set that is not executed, and its stack where that was created with it and still
/// holds nothing. Failing to do so only warns.
pub(in crate::execute) async fn discard<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
) {
    let port = context.port();
    match context
        .set(|| port.delete_change_set(&pending.stack, &pending.id))
        .await
    {
        Ok(()) | Err(ClientError::ChangeSetNotFound(_) | ClientError::StackNotFound(_)) => {}
        Err(error) => context.warn(format!(
            "the change set `{}` could not be deleted and remains: {error}",
            pending.id
        )),
    }
    if pending.created_stack
        && let Err(error) = discard_stack(context, &pending.stack).await
    {
        context.warn(format!(
            "the stack, which has no resources yet, could not be deleted and remains: {error}"
        ));
    }
}

async fn discard_stack<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &StackNameOrId,
) -> ClientResult<()> {
    match context.stack(stack).await? {
        Some(stack) if stack.status == StackStatus::ReviewInProgress => {
            delete_stack(context, &stack.id, &context.token("discard")).await
        }
        _ => Ok(()),
    }
}

/// Deletes a change set that was created with the plan, unless it was executed or deleted.
pub(in crate::execute) async fn discard_unused<P: CloudFormation>(
    context: &StepContext<'_, P>,
    mut pending: PendingChangeSet,
) {
    match describe(context, &pending, None).await {
        Ok(Some(view)) if is_of_another_stack(context, &view) => context.warn(format!(
            "the change set `{}` is not deleted: it belongs to another stack",
            pending.id
        )),
        Ok(Some(view)) if !view.execution.is_executed() => {
            pending.stack = view.stack_id.into();
            discard(context, &pending).await;
        }
        Ok(_) => {}
        Err(error) => context.warn_retry(&error),
    }
}

fn read_failed(error: ClientError) -> StepOutcome {
    failure::call_failed("reading the change set", &error, None)
}

fn is_of_another_stack<P>(context: &StepContext<'_, P>, view: &ChangeSet) -> bool {
    let observed = context.execution.plan.observed.get(&context.step.stack);
    let id = observed.and_then(|observed| observed.id.as_ref());
    id.is_some_and(|id| *id != view.stack_id)
}

/// Whether an operation started on the stack since it was read: executing a change set deletes all
/// others.
pub(super) fn has_changed(before: Option<&Stack>, now: &Stack) -> bool {
    match before {
        Some(before) => now.status.is_in_progress() || now.changed() != before.changed(),
        None => now.status != StackStatus::ReviewInProgress,
    }
}

/// Whether the stack's time of change is later than when it was read. An operation in progress does
/// not count: an outdated read shows an earlier one, and by name even an earlier stack.
async fn has_later_change<P: CloudFormation>(
    context: &StepContext<'_, P>,
    before: Option<&Stack>,
) -> bool {
    let Some(before) = before else {
        return false;
    };
    let now = context.stack(&before.id).await.ok().flatten();
    now.is_some_and(|now| now.changed() > before.changed())
}

async fn is_superseded<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
    before: Option<&Stack>,
) -> bool {
    let now = context.stack(&pending.stack).await.ok().flatten();
    now.is_some_and(|now| has_changed(before, &now))
}

fn superseded() -> StepOutcome {
    StepOutcome::stale("another deployment changed the stack first")
}

/// Why a change set does not exist any more.
pub(super) async fn deleted<P: CloudFormation>(
    context: &StepContext<'_, P>,
    pending: &PendingChangeSet,
    before: Option<&Stack>,
) -> StepOutcome {
    if is_superseded(context, pending, before).await {
        superseded()
    } else {
        StepOutcome::stale("another caller deleted its change set")
    }
}
