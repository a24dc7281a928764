//! How the stacks stand.

use crate::plan::{Action, Plan, StackPlan};
use cloudformation::status::StackStatus;
use common::environment::Environment;

use super::{Detected, Drift};
use crate::finding::{Area, Finding, State, console};

pub(super) fn check(environment: &Environment, plan: &Plan) -> Vec<Finding> {
    let mut findings: Vec<Finding> = plan
        .stacks
        .iter()
        .filter_map(|stack| one(environment, stack))
        .collect();
    let as_defined = plan
        .stacks
        .iter()
        .filter(|stack| stack.action == Action::Unchanged)
        .count();
    if as_defined > 0 {
        findings.push(Finding::fine(
            Area::Stacks,
            "",
            format!("{as_defined} of {} as defined", plan.stacks.len()),
        ));
    }
    findings
}

/// A stack without project and environment.
fn short<'a>(environment: &Environment, stack: &'a str) -> &'a str {
    stack
        .strip_prefix(&environment.names().prefix())
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(stack)
}

/// Nothing where it is as defined.
fn one(environment: &Environment, stack: &StackPlan) -> Option<Finding> {
    let is_busy = stack
        .status
        .as_ref()
        .is_some_and(StackStatus::is_in_progress);
    let command = |verb: &str| console::xtask(verb, environment);
    let (state, message, next) = match stack.action {
        Action::Unchanged => return None,
        Action::Create => (State::Attention, "not deployed", Some(command("deploy"))),
        Action::Update => (State::Attention, "not as defined", Some(command("diff"))),
        Action::Delete => (
            State::Attention,
            "deployed, and not defined",
            Some(command("plan") + " --prune"),
        ),
        Action::Protect => (
            State::Attention,
            "not protected as defined",
            Some(command("deploy")),
        ),
        Action::Recover if is_busy => (State::Note, "something goes on", None),
        Action::Recover => (State::Broken, "stuck", Some(command("recover"))),
        Action::Blocked => (State::Attention, "blocked", Some(command("plan"))),
        Action::Skipped => (State::Note, "left alone", None),
    };
    let reason = if stack.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", stack.reason)
    };
    let subject = short(environment, &stack.name);
    let finding = Finding::new(state, Area::Stacks, subject, format!("{message}{reason}"));
    Some(match next {
        Some(command) => finding.run(command),
        None => finding,
    })
}

pub(super) fn drift(environment: &Environment, drift: &Drift) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut fine, mut never) = (0, 0);
    let command = console::xtask("drift", environment);
    for (stack, detected) in drift {
        let subject = short(environment, stack);
        match detected {
            Detected::Never => never += 1,
            Detected::Unread(unanswered) => {
                findings.push(unanswered.finding(Area::Drift, subject));
            }
            Detected::Changed { resources, .. } if resources.is_empty() => fine += 1,
            Detected::Changed { resources, at } => {
                let at = at
                    .as_ref()
                    .map_or_else(String::new, |at| format!(", as of {at}"));
                let message = format!("changed by hand{at}: {}", resources.join(", "));
                findings.push(
                    Finding::new(State::Attention, Area::Drift, subject, message)
                        .run(format!("{command} --only {subject}")),
                );
            }
        }
    }
    let all = drift.len();
    if never > 0 {
        let message = format!("{never} of {all} were not looked at yet");
        findings.push(Finding::new(State::Note, Area::Drift, "", message).run(command));
    }
    if fine > 0 {
        let message = format!("{fine} of {all} without, when they were looked at last");
        findings.push(Finding::fine(Area::Drift, "", message));
    }
    findings
}
