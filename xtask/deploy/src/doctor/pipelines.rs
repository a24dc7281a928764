//! The pipelines: whether the head of the branch has come all the way.
//!
//! A run that ended is no answer. A pipeline that changes itself cancels its run, and sometimes
//! nobody starts the next one (aws-cdk#23835); a run is superseded by one that fails. So the question
//! is: did the newest commit complete?

use common::naming::StackKind;

use super::{Head, Known};
use crate::finding::{Area, Finding, State, console};
use crate::inspect::{Account, Pipeline};
use crate::services::{Execution, ExecutionStatus, FailedAction, Stage};

/// After how many minutes a run is said to hang: the longest stage may take eight hours.
const LONG_MINUTES: i64 = 10 * 60;

pub(super) fn check(known: &Known<'_>, account: &Account) -> Vec<Finding> {
    let names = known.environment.names();
    let definition = names.definition_pipeline();
    let mut findings = Vec::new();
    let mut complete = 0;
    for (name, asked) in &account.pipelines {
        let own = *name == definition;
        let finding = match asked {
            Err(unanswered) => Some(unanswered.finding(Area::Pipelines, name)),
            Ok(None) => missing(known, account, name),
            Ok(Some(pipeline)) => {
                let head = known.head.commit().filter(|_| own);
                judge(known, account, name, pipeline, head)
            }
        };
        match finding {
            Some(finding) => findings.push(finding),
            None => complete += usize::from(matches!(asked, Ok(Some(_)))),
        }
    }
    if let Head::Unknown(why) = known.head {
        let branch = &known.environment.branch;
        findings.push(Finding::new(
            State::Note,
            Area::Pipelines,
            &definition,
            format!("whether the head of {branch} has completed is not known: {why}"),
        ));
    }
    if complete > 0 {
        let all = account.pipelines.len();
        findings.push(Finding::fine(
            Area::Pipelines,
            "",
            format!("{complete} of {all} have completed their newest commit"),
        ));
    }
    findings
}

/// Its stack makes it; before that nobody misses it.
fn missing(known: &Known<'_>, account: &Account, name: &str) -> Option<Finding> {
    let names = known.environment.names();
    let kind = known
        .environment
        .applications
        .iter()
        .find(|application| names.pipeline(&application.name) == name)
        .map_or(StackKind::Cicd, |application| {
            StackKind::Pipeline(application.name.clone())
        });
    let stack = names.stack(&kind);
    (super::is_deployed(account, &stack) == Some(true)).then(|| {
        Finding::new(
            State::Broken,
            Area::Pipelines,
            name,
            format!("it is gone, and {} is deployed", stack.id()),
        )
        .run(format!(
            "{} --only {}",
            console::xtask("drift", known.environment),
            stack.id()
        ))
    })
}

/// Nothing where the newest commit has completed.
fn judge(
    known: &Known<'_>,
    account: &Account,
    name: &str,
    pipeline: &Pipeline,
    head: Option<&str>,
) -> Option<Finding> {
    let page = console::pipeline(known.environment.region, name);
    let branch = &known.environment.branch;
    let finding = |state, message: String| Finding::new(state, Area::Pipelines, name, message);
    let start = format!("aws codepipeline start-pipeline-execution --name {name}");
    let Some(last) = pipeline.executions.first() else {
        return Some(finding(State::Note, "it has never run".to_owned()).run(start));
    };
    let commit = short(last.commit.as_deref());
    // Of older runs than the branch's head is known to be, that is said first.
    let newer = head.filter(|head| last.commit.as_deref() != Some(head));
    let never = match newer {
        None => format!("the head of {branch}, {commit}, never completed"),
        Some(head) => format!(
            "the head of {branch}, {}, never completed, nor did {commit} before it",
            short(Some(head))
        ),
    };
    Some(match &last.status {
        ExecutionStatus::Succeeded => {
            let head = short(Some(newer?));
            finding(
                State::Attention,
                format!(
                    "the head of {branch}, {head}, never completed: the last run was of {commit}"
                ),
            )
            .run(start)
        }
        ExecutionStatus::InProgress | ExecutionStatus::Stopping => {
            return running(account, pipeline, last, &finding, &page);
        }
        ExecutionStatus::Failed => {
            let (stage, why) = failure(pipeline, last);
            let finding = finding(
                State::Broken,
                format!("{never}: {stage} failed{}", said(why)),
            );
            match why.and_then(|action| action.log.as_ref()) {
                Some(log) => finding.open(log.clone()).open(page),
                None => finding.open(page),
            }
        }
        ExecutionStatus::Cancelled | ExecutionStatus::Superseded => finding(
            State::Broken,
            format!(
                "{never}: its run was {}, and none came after it",
                last.status
            )
            .replace("Cancelled", "cancelled")
            .replace("Superseded", "superseded"),
        )
        .run(start),
        ExecutionStatus::Stopped => finding(
            State::Attention,
            format!("{never}: somebody stopped its run"),
        )
        .run(start),
        ExecutionStatus::Unknown(status) => {
            finding(State::Attention, format!("{never}: its run is {status}")).open(page)
        }
    })
}

/// A run that goes on is well, unless it does so for ever, or waits before a closed door.
fn running(
    account: &Account,
    pipeline: &Pipeline,
    last: &Execution,
    finding: &impl Fn(State, String) -> Finding,
    page: &str,
) -> Option<Finding> {
    let commit = short(last.commit.as_deref());
    if let Some((stage, reason)) = closed(&pipeline.stages) {
        return Some(
            finding(
                State::Attention,
                format!("{commit} waits: nothing may enter {stage}, {reason}"),
            )
            .open(page),
        );
    }
    let minutes = last.started.map(|at| account.now.minutes_since(at));
    let is_long = minutes.is_some_and(|minutes| minutes > LONG_MINUTES);
    let since = minutes.map_or_else(String::new, |minutes| match minutes {
        ..120 => format!(" since {minutes} minutes"),
        _ => format!(" since {} hours", minutes / 60),
    });
    let state = if is_long {
        State::Attention
    } else {
        State::Note
    };
    Some(finding(state, format!("{commit} runs{since}")).open(page))
}

fn closed(stages: &[Stage]) -> Option<(&str, &str)> {
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

fn said(action: Option<&FailedAction>) -> String {
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
