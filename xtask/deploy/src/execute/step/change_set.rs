//! Makes change sets, and takes those back that are not executed.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio::time::sleep;

use super::hand::{Going, Hand};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::outcome::{Failure, StepOutcome};
use crate::plan::{DeployStep, Finding, FindingCode, Operation};
use cloudformation::status::StackStatus;
use cloudformation::{
    ChangeSet, ChangeSetOutcome, ChangeSetRequest, ChangeSetType, ClientError, ClientResult,
    CloudFormation, ExecutionStatus, ResourceChange, Stack,
};

/// How many looks may miss a change set that was made: reads lag behind writes.
const MISSES: u32 = 5;

/// A change set that is not executed yet.
#[derive(Clone, Debug)]
pub(in crate::execute) struct Draft {
    /// Its ARN.
    pub(in crate::execute) id: String,
    /// Its stack's id.
    pub(in crate::execute) stack: String,
    /// Whether its stack, which is nothing but a name so far, was made with it.
    pub(in crate::execute) made_stack: bool,
}

/// What came of making a change set.
pub(in crate::execute) enum Made {
    /// It can be executed.
    Ready(Draft, Vec<ResourceChange>),
    /// Nothing would change. It was taken back.
    Empty,
}

/// Makes the change set of a step, or takes the one that was made with the plan.
pub(in crate::execute) async fn make<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    stack: Option<&Stack>,
) -> Going<Made> {
    if let (Some(id), Some(stack)) = (&step.change_set, stack) {
        let draft = Draft {
            id: id.clone(),
            stack: stack.id.clone(),
            made_stack: made_with_plan(hand),
        };
        if is_usable(hand, &draft).await? {
            return finish(hand, draft, Some(stack)).await;
        }
        // It was deleted, or another was executed and the stack came back to what it was. One from
        // the same template, against the same stack, is the same.
    }
    let draft = create(hand, step, stack).await?;
    finish(hand, draft, stack).await
}

/// Whether the stack of a change set that was made with the plan was made with it, too: the planner
/// saw no stack.
pub(in crate::execute) fn made_with_plan<P>(hand: &Hand<'_, P>) -> bool {
    hand.walk
        .plan
        .stacks
        .iter()
        .any(|stack| stack.name == hand.step.stack && stack.status.is_none())
}

/// Whether a change set that was made earlier can still be executed, or be waited for.
async fn is_usable<P: CloudFormation>(hand: &Hand<'_, P>, draft: &Draft) -> Going<bool> {
    let view = describe(hand, draft, None).await.map_err(looking)?;
    // A plan is a file, and files are edited.
    if let Some(view) = view.as_ref().filter(|view| view.stack_id != draft.stack) {
        return Err(StepOutcome::Failed(Box::new(Failure::saying(format!(
            "the change set that the plan names is not of this stack, but of {}",
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

async fn create<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    stack: Option<&Stack>,
) -> Going<Draft> {
    let template = hand
        .walk
        .plan
        .templates
        .get(&step.template)
        .ok_or_else(|| {
            StepOutcome::Failed(Box::new(Failure::saying(format!(
                "the plan has no template `{}`",
                step.template
            ))))
        })?;
    let request = ChangeSetRequest {
        stack: match stack {
            Some(stack) if step.exists => stack.id.clone(),
            _ => hand.step.stack.clone(),
        },
        name: hand.name(),
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
        description: hand.walk.options.description(),
        import_existing: step.import_existing,
        token: hand.token("change-set"),
    };
    let port = hand.port();
    // The name is this run's alone, so what is found under it is this run's.
    let settled = || async {
        let found = hand
            .read(|| port.change_set(&request.stack, &request.name, None))
            .await?;
        Ok(found.map(|found| found.id))
    };
    let id = hand
        .write(
            || async {
                if step.imports.is_empty() {
                    port.create_change_set(&request).await
                } else {
                    port.create_import(&request, &step.imports).await
                }
            },
            settled,
        )
        .await
        .map_err(|error| match error {
            ClientError::Busy(message) => StepOutcome::Stale {
                difference: format!("something is going on in it: {message}"),
            },
            ClientError::AlreadyExists(_) if !step.exists => StepOutcome::Stale {
                difference: "somebody else has created it".to_owned(),
            },
            error => failure::of_call("making the change set", &error, None),
        })?;
    Ok(Draft {
        id,
        stack: request.stack,
        made_stack: stack.is_none(),
    })
}

/// Waits until the change set is made, and reads all of it.
async fn finish<P: CloudFormation>(
    hand: &Hand<'_, P>,
    mut draft: Draft,
    before: Option<&Stack>,
) -> Going<Made> {
    let stop = hand.walk.calls.stop();
    let pace = &hand.walk.options.rate_limits;
    let mut misses = 0;
    // Most are made in a few seconds, as long as between two looks at a stack.
    let mut pause = pace.shortest;
    loop {
        tokio::select! {
            () = sleep(hand.walk.calls.jitter.around(pause)) => {}
            () = stop.stopped() => {
                discard(hand, &draft).await;
                return Err(StepOutcome::Detached);
            }
        }
        pause = (pause * 3 / 2).min(pace.longest);
        let view = match describe(hand, &draft, None).await {
            Ok(Some(view)) => view,
            Ok(None) if misses < MISSES => {
                if is_changed(hand, before).await {
                    return Err(overtaken());
                }
                misses += 1;
                continue;
            }
            Ok(None) => return Err(vanished(hand, &draft, before).await),
            Err(error) => {
                discard(hand, &draft).await;
                return Err(looking(error));
            }
        };
        // A change set that creates its stack was asked for by the stack's name.
        draft.stack.clone_from(&view.stack_id);
        match (view.outcome(), &view.execution) {
            (ChangeSetOutcome::Complete, ExecutionStatus::Available) => {
                return match rest(hand, &draft, view).await {
                    Ok(changes) => {
                        hand.report(Event::ChangeSet {
                            step: hand.step.id.clone(),
                            changes: changes.clone(),
                        });
                        Ok(Made::Ready(draft, changes))
                    }
                    Err(error) => {
                        discard(hand, &draft).await;
                        Err(looking(error))
                    }
                };
            }
            (ChangeSetOutcome::Complete, status)
                if status.is_executed() || *status == ExecutionStatus::Obsolete =>
            {
                return Err(overtaken());
            }
            // A status that is not known is none in which it can be executed.
            (ChangeSetOutcome::InProgress | ChangeSetOutcome::Complete, _) => {}
            (ChangeSetOutcome::Empty, _) => {
                discard(hand, &draft).await;
                return Ok(Made::Empty);
            }
            (outcome @ (ChangeSetOutcome::Failed | ChangeSetOutcome::AlreadyExists), _) => {
                discard(hand, &draft).await;
                let reason = view
                    .reason()
                    .unwrap_or_else(|| "CloudFormation gives no reason".to_owned());
                if outcome == ChangeSetOutcome::AlreadyExists {
                    return Err(existing(hand, before, &reason).await);
                }
                return Err(failure::of_change_set(&reason));
            }
            (ChangeSetOutcome::Deleted, _) => return Err(vanished(hand, &draft, before).await),
        }
    }
}

/// A change set that would create what exists: which resources that may be.
async fn existing<P: CloudFormation>(
    hand: &Hand<'_, P>,
    before: Option<&Stack>,
    reason: &str,
) -> StepOutcome {
    let findings = hand.walk.plan.findings.iter();
    let orphans: Vec<&Finding> = findings
        .filter(|one| one.code == FindingCode::OrphanFound && one.stack == hand.step.stack)
        .collect();
    let mut there = BTreeSet::new();
    let mut next = None;
    while let Some(stack) = before.filter(|_| orphans.is_empty()) {
        match hand
            .read(|| hand.port().resources(&stack.id, next.clone()))
            .await
        {
            Ok(page) => {
                there.extend(page.items.into_iter().map(|one| one.logical_id));
                next = page.next;
            }
            // It is only for the words.
            Err(error) => {
                hand.warn_retry(&error);
                break;
            }
        }
        if next.is_none() {
            break;
        }
    }
    let named = match &hand.step.operation {
        Operation::Deploy(step) => hand.walk.plan.templates.get(&step.template),
        _ => None,
    };
    let named = named
        .map(|text| names_of_new(text, &there))
        .unwrap_or_default();
    failure::of_what_exists(reason, &orphans, &named)
}

/// The resources of a template that have a name of their own, but those that are there.
fn names_of_new(template: &str, there: &BTreeSet<String>) -> Vec<String> {
    let template: Value = serde_json::from_str(template).unwrap_or_default();
    let resources = template.get("Resources").and_then(Value::as_object);
    resources
        .into_iter()
        .flatten()
        .filter(|(id, _)| !there.contains(*id))
        .filter_map(|(id, resource)| {
            let kind = resource.get("Type")?.as_str()?;
            let properties = resource.get("Properties")?.as_object()?;
            let name = properties
                .iter()
                .find(|(key, value)| key.ends_with("Name") && value.is_string())?;
            Some(format!("{id} ({kind} `{}`)", name.1.as_str()?))
        })
        .collect()
}

/// The changes on the first page and all others.
async fn rest<P: CloudFormation>(
    hand: &Hand<'_, P>,
    draft: &Draft,
    first: ChangeSet,
) -> ClientResult<Vec<ResourceChange>> {
    let mut changes = first.changes;
    let mut next = first.next;
    while next.is_some() {
        let Some(page) = describe(hand, draft, next).await? else {
            return Err(ClientError::ChangeSetNotFound(draft.id.clone().into()));
        };
        changes.extend(page.changes);
        next = page.next;
    }
    Ok(changes)
}

/// The change set, if it is there.
pub(in crate::execute) async fn describe<P: CloudFormation>(
    hand: &Hand<'_, P>,
    draft: &Draft,
    next: Option<String>,
) -> ClientResult<Option<ChangeSet>> {
    hand.read(|| {
        hand.port()
            .change_set(&draft.stack, &draft.id, next.clone())
    })
    .await
}

/// Deletes a change set that is not executed, and its stack where that was made with it and is
/// still nothing but a name. What can't be deleted is told, and changes nothing.
pub(in crate::execute) async fn discard<P: CloudFormation>(hand: &Hand<'_, P>, draft: &Draft) {
    let port = hand.port();
    match hand
        .set(|| port.delete_change_set(&draft.stack, &draft.id))
        .await
    {
        Ok(()) | Err(ClientError::ChangeSetNotFound(_) | ClientError::StackNotFound(_)) => {}
        Err(error) => hand.warn(format!(
            "the change set `{}` stays, since it could not be deleted: {error}",
            draft.id
        )),
    }
    if draft.made_stack
        && let Err(error) = discard_stack(hand, &draft.stack).await
    {
        hand.warn(format!(
            "the stack, which is nothing but a name, stays, since it could not be deleted: {error}"
        ));
    }
}

async fn discard_stack<P: CloudFormation>(hand: &Hand<'_, P>, stack: &str) -> ClientResult<()> {
    match hand.stack(stack).await? {
        Some(stack) if stack.status == StackStatus::ReviewInProgress => {
            super::delete::call(hand, &stack.id, &hand.token("discard")).await
        }
        _ => Ok(()),
    }
}

/// Deletes a change set that was made earlier, unless it was executed or is gone.
pub(in crate::execute) async fn discard_unused<P: CloudFormation>(
    hand: &Hand<'_, P>,
    mut draft: Draft,
) {
    match describe(hand, &draft, None).await {
        Ok(Some(view)) if is_strangers(hand, &view) => hand.warn(format!(
            "the change set `{}` stays: it is of another stack",
            draft.id
        )),
        Ok(Some(view)) if !view.execution.is_executed() => {
            draft.stack = view.stack_id;
            discard(hand, &draft).await;
        }
        Ok(_) => {}
        Err(error) => hand.warn_retry(&error),
    }
}

fn looking(error: ClientError) -> StepOutcome {
    failure::of_call("looking at the change set", &error, None)
}

/// Whether a change set that a plan names is of another stack than the one it is named for.
fn is_strangers<P>(hand: &Hand<'_, P>, view: &ChangeSet) -> bool {
    let observed = hand.walk.plan.observed.get(&hand.step.stack);
    let id = observed.and_then(|observed| observed.id.as_deref());
    id.is_some_and(|id| id != view.stack_id)
}

/// Whether something was begun in the stack since it was looked at: executing a change set takes all
/// others away.
pub(super) fn has_gone_on(before: Option<&Stack>, now: &Stack) -> bool {
    match before {
        Some(before) => now.status.is_in_progress() || now.changed() != before.changed(),
        None => now.status != StackStatus::ReviewInProgress,
    }
}

/// Whether the stack was changed since it was looked at. Not that something is going on: a read that
/// lags behind shows what went on before, and under its name even an earlier stack.
async fn is_changed<P: CloudFormation>(hand: &Hand<'_, P>, before: Option<&Stack>) -> bool {
    let Some(before) = before else {
        return false;
    };
    let now = hand.stack(&before.id).await.ok().flatten();
    now.is_some_and(|now| now.changed() > before.changed())
}

async fn is_overtaken<P: CloudFormation>(
    hand: &Hand<'_, P>,
    draft: &Draft,
    before: Option<&Stack>,
) -> bool {
    let now = hand.stack(&draft.stack).await.ok().flatten();
    now.is_some_and(|now| has_gone_on(before, &now))
}

fn overtaken() -> StepOutcome {
    StepOutcome::Stale {
        difference: "another deployment of the stack has overtaken this one".to_owned(),
    }
}

/// Why a change set is not there any more.
pub(super) async fn vanished<P: CloudFormation>(
    hand: &Hand<'_, P>,
    draft: &Draft,
    before: Option<&Stack>,
) -> StepOutcome {
    if is_overtaken(hand, draft, before).await {
        overtaken()
    } else {
        StepOutcome::Stale {
            difference: "its change set was deleted by somebody else".to_owned(),
        }
    }
}
