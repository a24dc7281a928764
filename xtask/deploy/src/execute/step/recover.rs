//! Brings a stack back to where it can be planned.

use std::future::Future;

use tokio::time::Instant;

use super::delete;
use super::hand::{Going, Hand};
use super::overdue::Overdue;
use super::run::Success;
use super::wait::{Begun, Over};
use crate::calls::READ_ATTEMPTS;
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::plan::{Observation, Recovery};
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{ClientResult, CloudFormation, Stack};

/// A step that recovers its stack.
pub(super) async fn recover<P: CloudFormation>(
    hand: &Hand<'_, P>,
    recovery: Recovery,
    observed: Option<&Observation>,
) -> Going<Success> {
    if recovery == Recovery::Wait {
        return wait(hand, observed).await;
    }
    let stack = match hand.unmoved(observed).await {
        Ok(Some(stack)) => stack,
        // The plan was made from a listing that was late.
        Err(StepOutcome::Stale { .. })
            if recovery == Recovery::DeleteFailedCreation && is_gone(hand, observed).await =>
        {
            return Ok(Success::Gone);
        }
        Ok(None) => {
            return Err(StepOutcome::Stale {
                difference: "it is not there".to_owned(),
            });
        }
        Err(outcome) => return Err(outcome),
    };
    hand.go_on()?;
    let port = hand.port();
    match recovery {
        Recovery::Wait => wait(hand, observed).await,
        Recovery::DeleteFailedCreation => {
            // The plan says so already. A stack that holds something is never worth trusting a plan
            // from a file.
            if stack.status.next_step() != NextStep::DeleteAndCreate {
                return Err(StepOutcome::Stale {
                    difference: format!(
                        "it is {}, which is not the end of a failed creation",
                        stack.status
                    ),
                });
            }
            delete::remove(hand, &stack).await
        }
        Recovery::ContinueRollback => {
            let token = hand.token("continue-rollback");
            let call = || port.continue_update_rollback(&stack.id, &[], &token);
            roll_back(hand, &stack, "continuing its rollback", &token, call).await
        }
        Recovery::RollBack => {
            let token = hand.token("roll-back");
            let call = || port.roll_back(&stack.id, &token);
            roll_back(hand, &stack, "rolling its update back", &token, call).await
        }
    }
}

/// Whether no stack has the name, and the one that was observed is deleted.
async fn is_gone<P: CloudFormation>(hand: &Hand<'_, P>, observed: Option<&Observation>) -> bool {
    let Some(id) = observed.and_then(|observed| observed.id.as_deref()) else {
        return false;
    };
    let deleted = hand
        .stack(id)
        .await
        .is_ok_and(|stack| stack.is_some_and(|stack| stack.status == StackStatus::DeleteComplete));
    deleted && matches!(hand.stack(&hand.step.stack).await, Ok(None))
}

/// Waits until what somebody began has ended. How it ended is for the next plan.
async fn wait<P: CloudFormation>(
    hand: &Hand<'_, P>,
    observed: Option<&Observation>,
) -> Going<Success> {
    let id = observed
        .and_then(|observed| observed.id.as_deref())
        .unwrap_or(&hand.step.stack);
    let stack = there(hand, id)
        .await
        .map_err(|error| failure::of_call("looking at the stack", &error, None))?;
    let Some(stack) = stack else {
        return Ok(Success::Gone);
    };
    let mut now = Some(stack);
    if let Some(stack) = now.as_ref().filter(|stack| stack.status.is_in_progress()) {
        let allowance = hand.allowance(stack).await;
        let deadline = Instant::now() + allowance.left;
        hand.report(Event::Waiting {
            step: hand.step.id.clone(),
            status: stack.status.clone(),
            since: allowance.since,
            until: allowance.until,
        });
        let mut follower = hand.follow(&stack.id, None);
        let mut misses = 0;
        loop {
            now = hand.look(&mut follower).await?;
            match &now {
                Some(stack) if !stack.status.is_in_progress() => break,
                Some(stack) if Instant::now() >= deadline => {
                    let overdue = Overdue {
                        attempted: "the operation in progress",
                        stack: stack.clone(),
                        minutes: allowance.minutes,
                    };
                    return Err(hand.overdue(overdue).await);
                }
                Some(_) => misses = 0,
                None => misses += 1,
            }
            if misses == READ_ATTEMPTS {
                break;
            }
        }
    }
    Ok(match now {
        Some(stack) if stack.status != StackStatus::DeleteComplete => {
            Success::Stack(Box::new(stack))
        }
        _ => Success::Gone,
    })
}

/// A stack that was seen. One that is deleted is still there by its id, so what is not was made a
/// moment ago: it is looked at again.
async fn there<P: CloudFormation>(hand: &Hand<'_, P>, id: &str) -> ClientResult<Option<Stack>> {
    let mut look = 1;
    loop {
        let stack = hand.stack(id).await?;
        if stack.is_some() || look == READ_ATTEMPTS {
            return Ok(stack);
        }
        hand.walk.calls.back_off(look).await;
        look += 1;
    }
}

async fn roll_back<P: CloudFormation, F: Future<Output = ClientResult<()>>>(
    hand: &Hand<'_, P>,
    stack: &Stack,
    attempted: &str,
    token: &str,
    call: impl FnMut() -> F,
) -> Going<Success> {
    let settled = || async {
        let now = hand.stack(&stack.id).await?;
        Ok(now
            .filter(|now| now.status.is_in_progress() || now.status != stack.status)
            .map(|_| ()))
    };
    hand.begin(call, settled)
        .await
        .map_err(|error| failure::of_call(attempted, &error, None))?;
    let begun = Begun {
        stack: &stack.id,
        status: &stack.status,
        changed: Some(stack.changed()),
        token,
        ends_with: |_| true,
        within: hand.within(),
    };
    let rolled_back = |stack: &Stack| stack.status.next_step() == NextStep::Update;
    let (now, status, why) = match hand.finish(begun, rolled_back).await? {
        Over::Gone => return Ok(Success::Gone),
        Over::AsWanted(now) => return Ok(Success::Stack(Box::new(now))),
        Over::Ended(_, status, _) if status.next_step() == NextStep::Update => {
            return Ok(Success::Overtaken(status));
        }
        Over::Overdue(stack) => {
            let overdue = Overdue {
                attempted,
                stack,
                minutes: hand.minutes(),
            };
            return Err(hand.overdue(overdue).await);
        }
        Over::Ended(now, status, why) => (now, status, why),
        Over::Untold(now, why) => {
            let status = now.status.clone();
            (now, status, why)
        }
    };
    let outcome = failure::of_stack(
        attempted,
        &status,
        now.status_reason
            .as_deref()
            .filter(|_| status == now.status),
        why,
    );
    Err(failure::with_what_is_gone(outcome, &hand.step.stack))
}
