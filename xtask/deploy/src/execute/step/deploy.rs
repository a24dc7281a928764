//! Creates or updates a stack.

use service_rules::{At, Passing, passing};

use super::change_set::{self, Draft, Made, has_gone_on};
use super::delete;
use super::hand::{Going, Hand};
use super::overdue::Overdue;
use super::protect::{self, set_policy};
use super::relax::relaxed;
use super::run::Success;
use super::wait::{Begun, Over};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::hold::{hold, nothing_to_change};
use crate::execute::outcome::{Failure, ResourceFailure, StepOutcome};
use crate::plan::{DeployStep, Observation};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack};
use common::template::check::DIGEST_OUTPUT;

/// A step that creates or updates its stack. A first creation that fails for a reason that passes by
/// itself is tried once more, if all of it was taken back.
pub(super) async fn deploy<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    observed: Option<&Observation>,
) -> Going<Success> {
    let failure = match attempt(hand, step, observed).await {
        Err(StepOutcome::Failed(failure)) if !step.exists => failure,
        outcome => return outcome,
    };
    let (Some(passing), Some(StackStatus::RollbackComplete)) = (passes(&failure), &failure.status)
    else {
        return Err(StepOutcome::Failed(failure));
    };
    hand.wait_for(passing).await?;
    let hand = hand.again();
    let left = hand.stack(&hand.step.stack).await;
    match left.map_err(|error| failure::of_call("looking at the stack", &error, None))? {
        Some(stack) if stack.status == StackStatus::RollbackComplete => {
            delete::remove(&hand, &stack).await?;
        }
        _ => return Err(StepOutcome::Failed(failure)),
    }
    let step = DeployStep {
        change_set: None,
        ..step.clone()
    };
    attempt(&hand, &step, Some(&Observation::of(None))).await
}

/// The reason why a creation failed, if all that failed passes by itself.
fn passes(failure: &Failure) -> Option<&'static Passing> {
    let passes = |resource: &ResourceFailure| passing(At::Creation, &resource.reason);
    let cause = passes(failure.cause.as_ref()?)?;
    failure
        .others
        .iter()
        .all(|other| passes(other).is_some())
        .then_some(cause)
}

async fn attempt<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    observed: Option<&Observation>,
) -> Going<Success> {
    let before = hand.unmoved(observed).await?;
    if step.exists && before.is_none() {
        return Err(StepOutcome::Stale {
            difference: "it is not there".to_owned(),
        });
    }
    hand.go_on()?;
    match change_set::make(hand, step, before.as_ref()).await? {
        Made::Empty => match before {
            Some(stack) => unchanged(hand, step, stack).await,
            None => Err(StepOutcome::Stale {
                difference: "there is nothing to create".to_owned(),
            }),
        },
        Made::Ready(draft, changes) => {
            let findings = hold(&hand.step.stack, step, &changes);
            if !findings.is_empty() {
                for finding in &findings {
                    hand.report(Event::Finding {
                        step: hand.step.id.clone(),
                        finding: finding.clone(),
                    });
                }
                change_set::discard(hand, &draft).await;
                return Err(StepOutcome::Blocked { findings });
            }
            if let Err(left) = hand.go_on() {
                change_set::discard(hand, &draft).await;
                return Err(left);
            }
            let relaxed = relaxed(step, &changes);
            execute(hand, step, before.as_ref(), &draft, relaxed.as_deref()).await
        }
    }
}

/// The change set was empty. Where the definition differs all the same, that is said.
async fn unchanged<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    mut stack: Stack,
) -> Going<Success> {
    let deployed = stack.output(DIGEST_OUTPUT);
    if deployed != Some(step.digest.as_str()) {
        hand.report(Event::Finding {
            step: hand.step.id.clone(),
            finding: nothing_to_change(&hand.step.stack, deployed, &step.digest),
        });
    }
    protect::protect_deployed(
        hand,
        &mut stack,
        step.termination_protection,
        step.policy.as_deref(),
        false,
    )
    .await?;
    Ok(Success::Unchanged(Box::new(stack)))
}

/// Relaxes what was acknowledged, executes, waits, and puts the protection in place.
async fn execute<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    before: Option<&Stack>,
    draft: &Draft,
    relaxed: Option<&str>,
) -> Going<Success> {
    if let Some(policy) = relaxed
        && let Err(error) = set_policy(hand, &draft.stack, policy).await
    {
        // Whether it took effect may not be known.
        restore(hand, step, draft, relaxed).await;
        change_set::discard(hand, draft).await;
        return Err(failure::of_call(
            "allowing what was acknowledged in the stack policy",
            &error,
            None,
        ));
    }
    let token = hand.token("execute");
    if let Err(outcome) = call(hand, before, draft, &token).await {
        restore(hand, step, draft, relaxed).await;
        return Err(outcome);
    }
    let review = StackStatus::ReviewInProgress;
    let begun = Begun {
        stack: &draft.stack,
        status: before.map_or(&review, |stack| &stack.status),
        changed: before.map(Stack::changed),
        token: &token,
        ends_with: |_| true,
        within: hand.within(),
    };
    // An import takes no outputs, so what it leaves tells the digest of before, if there was one.
    let digest = Some(step.digest.as_str()).filter(|digest| !digest.is_empty());
    let as_planned =
        |stack: &Stack| is_whole(&stack.status) && stack.output(DIGEST_OUTPUT) == digest;
    let over = match hand.finish(begun, as_planned).await {
        Ok(over) => over,
        Err(outcome) => {
            // The update goes on, and what it may do is decided while it does.
            if relaxed.is_some() {
                hand.warn(
                    "its stack policy still allows what was acknowledged; the next run restores it"
                        .to_owned(),
                );
            }
            return Err(outcome);
        }
    };
    let (mut stack, status, why) = match over {
        Over::AsWanted(stack) => {
            let status = stack.status.clone();
            (stack, status, None)
        }
        Over::Ended(stack, status, why) => (stack, status, Some(why)),
        Over::Untold(stack, _) if is_whole(&stack.status) => {
            restore(hand, step, draft, relaxed).await;
            return Err(StepOutcome::Stale {
                difference: "somebody else changed it before this did".to_owned(),
            });
        }
        Over::Overdue(stack) => {
            let outcome = hand
                .overdue(Overdue {
                    attempted: if step.exists {
                        "updating it"
                    } else {
                        "creating it"
                    },
                    stack,
                    minutes: hand.minutes(),
                })
                .await;
            restore(hand, step, draft, relaxed).await;
            return Err(outcome);
        }
        Over::Gone => return Err(deleted()),
        Over::Untold(stack, _) if stack.status == StackStatus::DeleteComplete => {
            return Err(deleted());
        }
        Over::Untold(stack, why) => {
            let status = stack.status.clone();
            (stack, status, Some(why))
        }
    };
    if why.is_some() {
        restore(hand, step, draft, relaxed).await;
    }
    if is_whole(&status) {
        protect::protect_deployed(
            hand,
            &mut stack,
            step.termination_protection,
            step.policy.as_deref(),
            relaxed.is_some(),
        )
        .await?;
        return Ok(match why {
            None => Success::Stack(Box::new(stack)),
            Some(_) => Success::Overtaken(status),
        });
    }
    let reason = stack.status_reason.as_deref();
    let outcome = failure::of_stack(
        match status {
            StackStatus::DeleteComplete | StackStatus::DeleteFailed => {
                "its deletion, which somebody else began,"
            }
            _ if step.exists => "updating it",
            _ => "creating it",
        },
        &status,
        reason.filter(|_| status == stack.status),
        why.unwrap_or_default(),
    );
    let findings = hand.walk.plan.findings.iter();
    let here = findings.filter(|finding| finding.stack == hand.step.stack);
    let outcome = failure::with_orphans(outcome, here);
    Err(failure::with_what_is_gone(outcome, &hand.step.stack))
}

fn deleted() -> StepOutcome {
    StepOutcome::Stale {
        difference: "it was deleted by somebody else".to_owned(),
    }
}

/// Whether a creation or update that ends with this has done what it was for.
const fn is_whole(status: &StackStatus) -> bool {
    matches!(
        status,
        StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::ImportComplete
    )
}

/// `ExecuteChangeSet`. A lost answer is found out by the change set, or where that is gone with its
/// execution, by the stack.
async fn call<P: CloudFormation>(
    hand: &Hand<'_, P>,
    before: Option<&Stack>,
    draft: &Draft,
    token: &str,
) -> Going<()> {
    let settled = || async { Ok(is_executed(hand, before, draft).await?.then_some(())) };
    let port = hand.port();
    let answer = hand
        .begin(
            || port.execute_change_set(&draft.stack, &draft.id, token),
            settled,
        )
        .await;
    let Err(error) = answer else { return Ok(()) };
    if error.is_transient() || error.is_about_credentials() {
        // It may have been executed, and then it is not ours to delete any more.
        return Err(failure::of_call("executing the change set", &error, None));
    }
    if let ClientError::ChangeSetNotFound(_) = error {
        let vanished = change_set::vanished(hand, draft, before).await;
        change_set::discard(hand, draft).await;
        return Err(vanished);
    }
    change_set::discard(hand, draft).await;
    Err(match error {
        ClientError::Busy(message) => StepOutcome::Stale {
            difference: format!("something is going on in it: {message}"),
        },
        error => failure::of_call("executing the change set", &error, None),
    })
}

async fn is_executed<P: CloudFormation>(
    hand: &Hand<'_, P>,
    before: Option<&Stack>,
    draft: &Draft,
) -> ClientResult<bool> {
    match change_set::describe(hand, draft, None).await? {
        Some(view) => Ok(view.execution.is_executed()),
        None => {
            let now = hand.stack(&draft.stack).await?;
            Ok(now.is_some_and(|now| has_gone_on(before, &now)))
        }
    }
}

/// Puts the policy back after a relaxed one.
async fn restore<P: CloudFormation>(
    hand: &Hand<'_, P>,
    step: &DeployStep,
    draft: &Draft,
    relaxed: Option<&str>,
) {
    let (Some(_), Some(policy)) = (relaxed, &step.policy) else {
        return;
    };
    if let Err(error) = set_policy(hand, &draft.stack, policy).await {
        hand.warn(format!(
            "its stack policy still allows what was acknowledged, since it could not be \
             restored: {error}; the next run restores it"
        ));
    }
}
