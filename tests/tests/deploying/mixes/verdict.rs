//! Holds how a whole run ended against the cloud.

use deploy::reconcile::{ReconcileError, ReconcileOutcome};
use emulator::api::Time;

use super::deployer::Story;
use super::record::{Record, millis, name};
use super::weather::STALEST;
use crate::support::{Aim, Difference, World, prefix};

/// Where what a run says, and what it did, is not as it has to be.
pub(super) fn violations(world: &World, record: &Record, story: &Story<'_>) -> Vec<String> {
    let mut violations = story.violations.clone();
    violations.extend(outside(story));
    let Some(end) = &story.end else {
        return violations;
    };
    let left = left(world, story);
    let untouched = |stack: &str| !is_touched(record, story, stack);
    match end {
        Ok(reconciled) if reconciled.is_success() => {
            let wrong: Vec<_> = left
                .iter()
                .filter(|difference| {
                    untouched(&difference.stack) && !is_told(reconciled, difference)
                })
                .collect();
            if !wrong.is_empty() {
                violations.push(format!("a wrong success: {wrong:?}"));
            }
        }
        Ok(reconciled) => {
            let defined = story
                .assembly
                .stacks
                .iter()
                .map(|stack| stack.name.as_str());
            let planned = reconciled
                .plan()
                .stacks
                .iter()
                .map(|stack| stack.name.as_str());
            let alone = defined.chain(planned).all(untouched);
            if left.is_empty() && alone && !record.is_refused(story.actor) {
                violations.push(format!("a wrong failure: {}", said(reconciled)));
            }
        }
        Err(ReconcileError::Observe(error)) => {
            let explained = if error.is_about_credentials() {
                record.is_refused(story.actor)
            } else {
                error.is_transient()
            };
            if !explained {
                violations.push(format!("it could not look: {error}"));
            }
        }
        Err(ReconcileError::Recoveries { .. }) => {}
        Err(error) => violations.push(format!("{error}")),
    }
    violations
}

/// The calls that are of something outside of the environment, whether they change it or not.
fn outside(story: &Story<'_>) -> impl Iterator<Item = String> {
    let own = prefix(story.assembly.environment);
    story
        .calls
        .iter()
        .filter(move |call| {
            let subject = call.subject.as_deref();
            subject.is_some_and(|subject| !name(subject).starts_with(&own))
        })
        .map(|call| format!("it is not its own: {call:?}"))
}

/// What is not as the run was to make it.
fn left(world: &World, story: &Story<'_>) -> Vec<Difference> {
    match story.aim {
        Aim::Deploy => {
            let mut left = world.differences(story.assembly);
            // Without pruning, what is not defined any more stays.
            left.retain(|difference| story.request.prune || difference.is_defined(story.assembly));
            left
        }
        Aim::Destroy => {
            let stacks = world.stacks(story.assembly).into_keys();
            stacks
                .map(|stack| Difference::of(&stack, "is there".to_owned()))
                .collect()
        }
    }
}

/// Whether the plan says of the stack that it keeps exports that are still imported: until they are
/// not, it is not as defined.
fn is_told(reconciled: &ReconcileOutcome, difference: &Difference) -> bool {
    let mut stacks = reconciled.plan().stacks.iter();
    stacks.any(|stack| stack.name == difference.stack && !stack.kept_exports.is_empty())
}

fn is_touched(record: &Record, story: &Story<'_>, stack: &str) -> bool {
    let since = Time(story.began.0.saturating_sub(millis(STALEST)));
    record.is_touched(story.actor, stack, since)
}

/// What a run says, in short.
pub(super) fn said(reconciled: &ReconcileOutcome) -> String {
    let plan = reconciled.plan();
    let findings: Vec<_> = plan
        .findings
        .iter()
        .map(|one| (&one.stack, one.code, one.severity, &one.message))
        .collect();
    match reconciled {
        ReconcileOutcome::Executed { outcome, .. } => format!("{:#?} {findings:#?}", outcome.steps),
        _ => format!("{findings:#?}"),
    }
}
