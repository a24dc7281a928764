//! The health of an environment, as one list of check results.
//!
//! Pure. The engine's plan says how the stacks stand, [`crate::inspect`] everything else. The same
//! judges as the doctor's are asked, about what concerns an environment that runs.

use cloudformation::status::StackStatus;
use common::environment::{Environment, EnvironmentName};
use serde::Serialize;

use super::check_result::{Area, CheckResult, CheckStatus, sorted, worst};
use super::console;
use super::doctor::checks::runtime_checks;
use super::doctor::context::DoctorContext;
use super::drift::{DriftByStack, StackDrift};
use super::inspection::Inspection;
use crate::plan::{Action, Plan, StackPlan};
use crate::timestamp::Timestamp;

/// How an environment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    pub environment: EnvironmentName,
    pub account: String,
    pub region: String,
    /// When it was looked at; nothing where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The worst of what was found.
    pub state: CheckStatus,
    /// Everything that was looked at, by area, the worst first.
    #[serde(rename = "findings")]
    pub results: Vec<CheckResult>,
}

/// Judges how an environment stands. `drift` is there where it was
/// asked for.
#[must_use]
pub fn health(
    context: &DoctorContext<'_>,
    plan: &Plan,
    drift: Option<&DriftByStack>,
    found: &Inspection,
) -> Health {
    let mut results = stacks(context.environment, plan);
    if let Some(drift) = drift {
        results.extend(drift_results(context.environment, drift));
    }
    let mut at = None;
    match found {
        Inspection::Account(account) => {
            at = Some(account.now);
            results.extend(runtime_checks(context, account));
        }
        // The plan comes from the right account, so this is a passing fault.
        Inspection::Unidentified(error) => results.push(error.result(Area::Account, "")),
        Inspection::OtherAccount(identity) => results.push(CheckResult::new(
            CheckStatus::Attention,
            Area::Account,
            "",
            format!("{} belongs to account {}", identity.arn, identity.account),
        )),
    }
    let results = sorted(results);
    Health {
        environment: context.environment.name,
        account: plan.account.clone(),
        region: plan.region.clone(),
        at,
        state: worst(&results),
        results,
    }
}

fn stacks(environment: &Environment, plan: &Plan) -> Vec<CheckResult> {
    let mut results: Vec<CheckResult> = plan
        .stacks
        .iter()
        .filter_map(|stack| stack_result(environment, stack))
        .collect();
    let as_defined = plan
        .stacks
        .iter()
        .filter(|stack| stack.action == Action::Unchanged)
        .count();
    if as_defined > 0 {
        results.push(CheckResult::fine(
            Area::Stacks,
            "",
            format!("{as_defined} of {} as defined", plan.stacks.len()),
        ));
    }
    results
}

/// A stack without project and environment.
fn short<'a>(environment: &Environment, stack: &'a str) -> &'a str {
    stack
        .strip_prefix(&environment.names().prefix())
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(stack)
}

/// Nothing where it is as defined.
fn stack_result(environment: &Environment, stack: &StackPlan) -> Option<CheckResult> {
    let is_busy = stack
        .status
        .as_ref()
        .is_some_and(StackStatus::is_in_progress);
    let command = |verb: &str| console::xtask(verb, environment);
    let (state, message, next) = match stack.action {
        Action::Unchanged => return None,
        Action::Create => (
            CheckStatus::Attention,
            "not deployed",
            Some(command("deploy")),
        ),
        Action::Update => (
            CheckStatus::Attention,
            "not as defined",
            Some(command("diff")),
        ),
        Action::Delete => (
            CheckStatus::Attention,
            "deployed, but not defined",
            Some(command("plan") + " --prune"),
        ),
        Action::Protect => (
            CheckStatus::Attention,
            "not protected as defined",
            Some(command("deploy")),
        ),
        Action::Recover if is_busy => (CheckStatus::Note, "operation in progress", None),
        Action::Recover => (CheckStatus::Broken, "stuck", Some(command("recover"))),
        Action::Blocked => (CheckStatus::Attention, "blocked", Some(command("plan"))),
        Action::Skipped => (CheckStatus::Note, "left alone", None),
    };
    let reason = if stack.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", stack.reason)
    };
    let subject = short(environment, &stack.name);
    let result = CheckResult::new(state, Area::Stacks, subject, format!("{message}{reason}"));
    Some(match next {
        Some(command) => result.run(command),
        None => result,
    })
}

fn drift_results(environment: &Environment, drift: &DriftByStack) -> Vec<CheckResult> {
    let mut results = Vec::new();
    let (mut fine, mut never) = (0, 0);
    let command = console::xtask("drift", environment);
    for (stack, detected) in drift {
        let subject = short(environment, stack);
        match detected {
            StackDrift::Never => never += 1,
            StackDrift::Unread(error) => {
                results.push(error.result(Area::Drift, subject));
            }
            StackDrift::Changed { resources, .. } if resources.is_empty() => fine += 1,
            StackDrift::Changed { resources, at } => {
                let at = at
                    .as_ref()
                    .map_or_else(String::new, |at| format!(", as of {at}"));
                let message = format!("drifted{at}: {}", resources.join(", "));
                results.push(
                    CheckResult::new(CheckStatus::Attention, Area::Drift, subject, message)
                        .run(format!("{command} --only {subject}")),
                );
            }
        }
    }
    let all = drift.len();
    if never > 0 {
        let message = format!("{never} of {all} never checked");
        results.push(CheckResult::new(CheckStatus::Note, Area::Drift, "", message).run(command));
    }
    if fine > 0 {
        let message = format!("{fine} of {all} without drift at the last check");
        results.push(CheckResult::fine(Area::Drift, "", message));
    }
    results
}
