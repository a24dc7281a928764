//! The pipelines: whether the head of the branch has come all the way.
//!
//! A run that ended is no answer. A pipeline that changes itself cancels its run, and sometimes
//! no next run starts (aws-cdk#23835); a run is superseded by one that fails. So the question
//! is: did the newest commit complete?

use common::naming::StackKind;

use super::context::is_deployed;
use super::context::{BranchHead, DoctorContext};
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::{Account, Pipeline};
use crate::inspect::services::{Execution, ExecutionStatus, FailedAction, Stage};

/// After how many minutes a run is said to hang: the longest stage may take eight hours.
const LONG_MINUTES: i64 = 10 * 60;

pub(super) fn check(context: &DoctorContext<'_>, account: &Account) -> Vec<CheckResult> {
    let names = context.environment.names();
    let definition = names.definition_pipeline();
    let mut results = Vec::new();
    let mut complete = 0;
    for (name, asked) in &account.pipelines {
        let own = *name == definition;
        let result = match asked {
            Err(error) => Some(error.result(Area::Pipelines, name)),
            Ok(None) => missing(context, account, name),
            Ok(Some(pipeline)) => {
                let head = context.head.commit().filter(|_| own);
                judge(context, account, name, pipeline, head)
            }
        };
        match result {
            Some(result) => results.push(result),
            None => complete += usize::from(matches!(asked, Ok(Some(_)))),
        }
    }
    if let BranchHead::Unreadable(why) = context.head {
        let branch = &context.environment.branch;
        results.push(CheckResult::new(
            CheckStatus::Note,
            Area::Pipelines,
            &definition,
            format!("can't tell whether the head of {branch} has completed: {why}"),
        ));
    }
    if complete > 0 {
        let all = account.pipelines.len();
        results.push(CheckResult::fine(
            Area::Pipelines,
            "",
            format!("{complete} of {all} have completed their newest commit"),
        ));
    }
    results
}

/// Nothing before its stack, which creates it, is deployed.
fn missing(context: &DoctorContext<'_>, account: &Account, name: &str) -> Option<CheckResult> {
    let names = context.environment.names();
    let kind = context
        .environment
        .applications
        .iter()
        .find(|application| names.pipeline(&application.name) == name)
        .map_or(StackKind::Cicd, |application| {
            StackKind::Pipeline(application.name.clone())
        });
    let stack = names.stack(&kind);
    (is_deployed(account, &stack) == Some(true)).then(|| {
        CheckResult::new(
            CheckStatus::Broken,
            Area::Pipelines,
            name,
            format!("missing, although {} is deployed", stack.id()),
        )
        .run(format!(
            "{} --only {}",
            console::xtask("drift", context.environment),
            stack.id()
        ))
    })
}

/// Nothing where the newest commit has completed.
fn judge(
    context: &DoctorContext<'_>,
    account: &Account,
    name: &str,
    pipeline: &Pipeline,
    head: Option<&str>,
) -> Option<CheckResult> {
    let page = console::pipeline(context.environment.region, name);
    let branch = &context.environment.branch;
    let result = |state, message: String| CheckResult::new(state, Area::Pipelines, name, message);
    let start = format!("aws codepipeline start-pipeline-execution --name {name}");
    let Some(last) = pipeline.executions.first() else {
        return Some(result(CheckStatus::Note, "has never run".to_owned()).run(start));
    };
    let commit = short(last.commit.as_deref());
    // Of older runs than the branch's head is known to be, that is said first.
    let newer = head.filter(|head| last.commit.as_deref() != Some(head));
    let never = match newer {
        None => format!("the head of {branch}, {commit}, has not completed"),
        Some(head) => format!(
            "the head of {branch}, {}, has not completed, nor has {commit} before it",
            short(Some(head))
        ),
    };
    Some(match &last.status {
        ExecutionStatus::Succeeded => {
            let head = short(Some(newer?));
            result(
                CheckStatus::Attention,
                format!(
                    "the head of {branch}, {head}, has not completed: the last run was of {commit}"
                ),
            )
            .run(start)
        }
        ExecutionStatus::InProgress | ExecutionStatus::Stopping => {
            return running(account, pipeline, last, &result, &page);
        }
        ExecutionStatus::Failed => {
            let (stage, why) = failure(pipeline, last);
            let result = result(
                CheckStatus::Broken,
                format!("{never}: {stage} failed{}", action_message(why)),
            );
            match why.and_then(|action| action.log.as_ref()) {
                Some(log) => result.open(log.clone()).open(page),
                None => result.open(page),
            }
        }
        ExecutionStatus::Cancelled | ExecutionStatus::Superseded => result(
            CheckStatus::Broken,
            format!(
                "{never}: its run was {}, and no other followed",
                last.status
            )
            .replace("Cancelled", "cancelled")
            .replace("Superseded", "superseded"),
        )
        .run(start),
        ExecutionStatus::Stopped => result(
            CheckStatus::Attention,
            format!("{never}: its run was stopped"),
        )
        .run(start),
        ExecutionStatus::Unknown(status) => result(
            CheckStatus::Attention,
            format!("{never}: its run is {status}"),
        )
        .open(page),
    })
}

/// A run in progress is fine, unless it hangs, or waits for a disabled transition.
fn running(
    account: &Account,
    pipeline: &Pipeline,
    last: &Execution,
    result: &impl Fn(CheckStatus, String) -> CheckResult,
    page: &str,
) -> Option<CheckResult> {
    let commit = short(last.commit.as_deref());
    if let Some((stage, reason)) = disabled_transition(&pipeline.stages) {
        return Some(
            result(
                CheckStatus::Attention,
                format!("{commit} is waiting: the transition into {stage} is {reason}"),
            )
            .open(page),
        );
    }
    let minutes = last.started.map(|at| account.now.minutes_since(at));
    let is_long = minutes.is_some_and(|minutes| minutes > LONG_MINUTES);
    let since = minutes.map_or_else(String::new, |minutes| match minutes {
        ..120 => format!(" for {minutes} minutes"),
        _ => format!(" for {} hours", minutes / 60),
    });
    let state = if is_long {
        CheckStatus::Attention
    } else {
        CheckStatus::Note
    };
    Some(result(state, format!("{commit} has been running{since}")).open(page))
}

fn disabled_transition(stages: &[Stage]) -> Option<(&str, &str)> {
    stages
        .iter()
        .find_map(|stage| Some((stage.name.as_str(), stage.closed.as_deref()?)))
}

/// The stage that failed, and the first of its actions that did.
fn failure<'a>(pipeline: &'a Pipeline, run: &Execution) -> (&'a str, Option<&'a FailedAction>) {
    pipeline
        .stages
        .iter()
        .filter(|stage| stage.execution.as_deref() == Some(run.id.as_str()))
        .find_map(|stage| Some((stage.name.as_str(), stage.failed.first()?)))
        .map_or(("a stage", None), |(stage, action)| (stage, Some(action)))
}

fn action_message(action: Option<&FailedAction>) -> String {
    action.map_or_else(String::new, |action| match &action.message {
        Some(message) => format!(" in {}: {message}", action.name),
        None => format!(" in {}", action.name),
    })
}

/// A commit as people write it.
fn short(commit: Option<&str>) -> String {
    commit.map_or_else(
        || "a commit".to_owned(),
        |commit| commit.chars().take(10).collect(),
    )
}
