//! Deletes a stack.

use service_rules::{At, Passing, passing};

use super::hand::{Going, Hand};
use super::overdue::Overdue;
use super::protect::set_termination_protection;
use super::run::Success;
use super::wait::{Begun, Over};
use crate::execute::cause::Explanation;
use crate::execute::failure;
use crate::execute::outcome::{ResourceFailure, StepOutcome};
use crate::plan::{Observation, Operation};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack};

/// How often a deletion is tried again.
const MOST_AGAIN: u32 = 5;

/// A step that deletes its stack.
pub(super) async fn delete<P: CloudFormation>(
    hand: &Hand<'_, P>,
    unprotect: bool,
    observed: Option<&Observation>,
) -> Going<Success> {
    let Some(stack) = hand.unmoved(observed).await? else {
        return Ok(Success::Gone);
    };
    hand.go_on()?;
    let unprotected = unprotect && stack.termination_protection;
    if unprotected {
        match set_termination_protection(hand, &stack.id, false).await {
            Ok(()) => {}
            // Somebody else was quicker.
            Err(ClientError::StackNotFound(_)) => return Ok(Success::Gone),
            Err(error) => {
                let what = "taking the protection against deletion off";
                return Err(failure::of_call(what, &error, None));
            }
        }
    }
    let deleted = remove(hand, &stack).await;
    if let Err(outcome) = &deleted
        && unprotected
    {
        if matches!(outcome, StepOutcome::Detached) {
            hand.warn(
                "its protection against deletion is off while it is being deleted; where the \
                 deletion fails, the next run sets it again"
                    .to_owned(),
            );
        } else if let Err(error) = set_termination_protection(hand, &stack.id, true).await {
            hand.warn(format!(
                "its protection against deletion is off and could not be set again: {error}"
            ));
        }
    }
    deleted
}

/// Deletes the stack, and waits until it is gone. What is refused for a reason that passes by itself is
/// tried again.
pub(super) async fn remove<P: CloudFormation>(hand: &Hand<'_, P>, stack: &Stack) -> Going<Success> {
    let mut hand = Hand { ..*hand };
    let mut stack = stack.clone();
    loop {
        let (left, status, why) = match once(&hand, &stack).await? {
            Deleted::Gone => return Ok(Success::Gone),
            Deleted::Failed(left, status, why) => (left, status, why),
        };
        match passes(&why) {
            Some(passing) if status == StackStatus::DeleteFailed && hand.before < MOST_AGAIN => {
                hand.wait_for(passing).await?;
                hand = hand.again();
                stack = *left;
            }
            _ => {
                return Err(failure::of_stack(
                    "deleting it",
                    &status,
                    left.status_reason
                        .as_deref()
                        .filter(|_| status == left.status),
                    why,
                ));
            }
        }
    }
}

/// The reason why a deletion failed, if all that failed passes by itself.
fn passes(why: &Explanation) -> Option<&'static Passing> {
    let mut all = why.cause.iter().chain(&why.others).chain(&why.turning_back);
    let passes = |resource: &ResourceFailure| passing(At::Deletion, &resource.reason);
    let first = passes(all.next()?)?;
    all.all(|other| passes(other).is_some()).then_some(first)
}

/// What came of one deletion.
enum Deleted {
    Gone,
    Failed(Box<Stack>, StackStatus, Explanation),
}

async fn once<P: CloudFormation>(hand: &Hand<'_, P>, stack: &Stack) -> Going<Deleted> {
    let token = hand.token("delete");
    call(hand, &stack.id, &token)
        .await
        .map_err(|error| match error {
            ClientError::Busy(message) => StepOutcome::Stale {
                difference: format!("something is going on in it: {message}"),
            },
            error => failure::of_call("deleting the stack", &error, None),
        })?;
    let begun = Begun {
        stack: &stack.id,
        status: &stack.status,
        changed: Some(stack.changed()),
        token: &token,
        ends_with: |status| {
            matches!(
                status,
                StackStatus::DeleteFailed | StackStatus::DeleteComplete
            )
        },
        within: hand.within(),
    };
    let deleted = |stack: &Stack| stack.status == StackStatus::DeleteComplete;
    match hand.finish(begun, deleted).await? {
        Over::Gone | Over::AsWanted(_) | Over::Ended(_, StackStatus::DeleteComplete, _) => {
            Ok(Deleted::Gone)
        }
        Over::Overdue(stack) => {
            let overdue = Overdue {
                attempted: "deleting it",
                stack,
                minutes: hand.minutes(),
            };
            Err(hand.overdue(overdue).await)
        }
        Over::Ended(left, status, why) => Ok(Deleted::Failed(Box::new(left), status, why)),
        Over::Untold(left, why) => {
            let status = left.status.clone();
            Ok(Deleted::Failed(Box::new(left), status, why))
        }
    }
}

/// `DeleteStack`. A lost answer is found out by the stack's status.
pub(super) async fn call<P: CloudFormation>(
    hand: &Hand<'_, P>,
    stack: &str,
    token: &str,
) -> ClientResult<()> {
    let role = match &hand.step.operation {
        Operation::Delete { role, .. } => role.as_deref(),
        _ => None,
    };
    hand.begin(
        || hand.port().delete_stack(stack, &[], role, token),
        || async {
            let status = hand.stack(stack).await?.map(|stack| stack.status);
            Ok(match status {
                None | Some(StackStatus::DeleteInProgress | StackStatus::DeleteComplete) => {
                    Some(())
                }
                Some(_) => None,
            })
        },
    )
    .await
}
