//! `DescribeEvents`: what happened in an operation.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html>

use cloudformation::{Page, StackEvent, StackOperation};

use super::context::RequestContext;
use crate::api::{Answer, ApiError, OperationEvent, OperationEventKind, Time};
use crate::error::{no_change_set, no_stack, validation};
use crate::page::page_before;
use crate::random::Random;
use crate::stack::{OperationRecord, OperationResult, Stack};

/// What `DescribeEvents` is asked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) stack: Option<&'a str>,
    pub(super) change_set: Option<&'a str>,
    pub(super) operation: Option<&'a str>,
    /// Whether only errors are wanted.
    pub(super) failed: bool,
}

pub(super) fn describe_events(
    context: &RequestContext<'_>,
    wanted: Wanted<'_>,
    next: Option<&str>,
) -> Result<Answer, ApiError> {
    let size = context.cloud.options.page_size;
    let Some((stack, record)) = find(context, wanted)? else {
        return Ok(Answer::OperationEvents(Page {
            items: Vec::new(),
            next: None,
        }));
    };
    let random = Random::new(context.cloud.options.seed)
        .derive(&record.id)
        .derive("event");
    let operation = StackOperation {
        id: record.id.clone(),
        kind: record.kind.clone(),
    };
    let events = happened(stack, record)
        .into_iter()
        .enumerate()
        .map(|(number, (at, what))| {
            let event = OperationEvent {
                id: random.nth(number as u64).uuid(),
                stack_id: stack.id.clone(),
                operation: operation.clone(),
                at,
                token: record.token.clone(),
                what,
            };
            (number, event)
        })
        .filter(|(_, event)| !wanted.failed || is_error(&event.what));
    let newest_first = events.collect::<Vec<_>>().into_iter().rev();
    Ok(Answer::OperationEvents(page_before(
        newest_first,
        next,
        size,
    )?))
}

/// The operation that is asked for. A stack alone stands for its last one
/// (<https://github.com/awslabs/mcp/pull/4280>).
fn find<'a>(
    context: &'a RequestContext<'_>,
    wanted: Wanted<'_>,
) -> Result<Option<(&'a Stack, &'a OperationRecord)>, ApiError> {
    let account_region = context.account_region()?;
    let named = match wanted.stack {
        Some(name) => {
            let number = account_region.find(name).ok_or_else(|| no_stack(name))?;
            account_region.stacks.get(&number)
        }
        None => None,
    };
    let stacks = account_region
        .stacks
        .values()
        .filter(|stack| named.is_none_or(|named| named.number == stack.number));
    let record_of = |accepts: &dyn Fn(&OperationRecord) -> bool| {
        stacks.clone().find_map(|stack| {
            let records = stack.history.records().iter();
            Some((stack, records.rev().find(|record| accepts(record))?))
        })
    };
    if let Some(id) = wanted.operation {
        return record_of(&|record| record.id == id)
            .map(Some)
            .ok_or_else(|| validation(format!("Operation [{id}] does not exist")));
    }
    match (wanted.change_set, named) {
        (Some(id), _) if id.starts_with("arn:") => {
            record_of(&|record| record.change_set.as_deref() == Some(id))
                .map(Some)
                .ok_or_else(|| no_change_set(id))
        }
        (Some(name), Some(_)) => {
            let (stack, set) = context.change_set(name, wanted.stack)?;
            let id = set.id.as_str();
            let mut records = stack.history.records().iter();
            Ok(records
                .find(|record| record.change_set.as_deref() == Some(id))
                .map(|record| (stack, record)))
        }
        (None, Some(stack)) => Ok(stack.history.records().last().map(|record| (stack, record))),
        // Also for the name of a change set without its stack
        // (<https://github.com/aws-cloudformation/cloudformation-cli/issues/1116>).
        (_, None) => Err(validation(
            "One of ChangeSetName, OperationId or StackName must be specified",
        )),
    }
}

/// Everything that happened in an operation, oldest first.
fn happened(stack: &Stack, record: &OperationRecord) -> Vec<(Time, OperationEventKind)> {
    let begins = OperationEventKind::Operation {
        status: "IN_PROGRESS",
        started: record.started,
        ended: None,
    };
    let mut happened = vec![(record.started, begins)];
    let events = stack.events.iter();
    happened.extend(
        events
            .filter(|event| event.operation.as_deref() == Some(record.id.as_str()))
            .map(|event| {
                let at = event.at.parse().unwrap_or(record.started);
                (at, of_event(event))
            }),
    );
    if let Some((at, result)) = record.ended {
        let findings = record.findings.iter().cloned();
        happened.extend(findings.map(|finding| (at, OperationEventKind::Validation(finding))));
        let status = match result {
            OperationResult::Succeeded => "SUCCEEDED",
            OperationResult::Failed => "FAILED",
        };
        let ends = OperationEventKind::Operation {
            status,
            started: record.started,
            ended: Some(at),
        };
        happened.push((at, ends));
    }
    happened
}

fn of_event(event: &StackEvent) -> OperationEventKind {
    let fails = event.status.as_str().ends_with("_FAILED");
    if fails && !event.is_of_stack(&event.stack_id) {
        OperationEventKind::Error(event.clone())
    } else {
        OperationEventKind::Progress(event.clone())
    }
}

/// Whether `Filters.FailedEvents` keeps it.
const fn is_error(what: &OperationEventKind) -> bool {
    matches!(
        what,
        OperationEventKind::Error(_) | OperationEventKind::Validation(_)
    )
}
