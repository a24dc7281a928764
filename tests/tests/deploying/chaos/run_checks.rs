//! Checks of a run's outcome against the state of its stacks.

use deploy::reconcile::{ReconcileError, ReconcileOutcome};
use emulator::api::Time;

use super::call_log::{CallLog, millis, name};
use super::deployer::RunReport;
use super::random_faults::MAX_STALENESS;
use crate::support::{Difference, Goal, Sandbox, prefix};

/// Where what a run says, and what it did, is not as it has to be.
pub(super) fn violations(sandbox: &Sandbox, log: &CallLog, report: &RunReport<'_>) -> Vec<String> {
    let mut violations = report.violations.clone();
    violations.extend(outside(report));
    let Some(end) = &report.end else {
        return violations;
    };
    let left = left(sandbox, report);
    let untouched = |stack: &str| !is_touched(log, report, stack);
    match end {
        Ok(reconciled) if reconciled.is_success() => {
            let wrong: Vec<_> = left
                .iter()
                .filter(|difference| {
                    untouched(difference.stack.as_str()) && !is_reported(reconciled, difference)
                })
                .collect();
            if !wrong.is_empty() {
                violations.push(format!("a wrong success: {wrong:?}"));
            }
        }
        Ok(reconciled) => {
            let defined = report
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
            if left.is_empty() && alone && !log.is_refused(report.actor) {
                violations.push(format!("a wrong failure: {}", summary(reconciled)));
            }
        }
        Err(ReconcileError::Observe(error)) => {
            let explained = if error.is_about_credentials() {
                log.is_refused(report.actor)
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
fn outside(report: &RunReport<'_>) -> impl Iterator<Item = String> {
    let own = prefix(report.assembly.environment);
    report
        .calls
        .iter()
        .filter(move |call| {
            let subject = call.subject.as_deref();
            subject.is_some_and(|subject| !name(subject).starts_with(&own))
        })
        .map(|call| format!("it is not its own: {call:?}"))
}

/// What is not as the run was to make it.
fn left(sandbox: &Sandbox, report: &RunReport<'_>) -> Vec<Difference> {
    match report.goal {
        Goal::Deploy => {
            let mut left = sandbox.differences(report.assembly);
            // Without pruning, what is not defined any more stays.
            left.retain(|difference| {
                report.request.prune || difference.is_defined(report.assembly)
            });
            left
        }
        Goal::Destroy => {
            let stacks = sandbox.stacks(report.assembly).into_keys();
            stacks
                .map(|stack| Difference::of(&stack, "is there".to_owned()))
                .collect()
        }
    }
}

/// Whether the plan says of the stack that it keeps exports that are still imported: until they are
/// not, it is not as defined.
fn is_reported(reconciled: &ReconcileOutcome, difference: &Difference) -> bool {
    let mut stacks = reconciled.plan().stacks.iter();
    stacks.any(|stack| stack.name == difference.stack && !stack.retained_exports.is_empty())
}

fn is_touched(log: &CallLog, report: &RunReport<'_>, stack: &str) -> bool {
    let since = Time(report.began.0.saturating_sub(millis(MAX_STALENESS)));
    log.is_touched(report.actor, stack, since)
}

/// What a run says, in short.
pub(super) fn summary(reconciled: &ReconcileOutcome) -> String {
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
