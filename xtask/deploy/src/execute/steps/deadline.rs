//! Operations that exceed their deadline.
//!
//! An update is cancelled, and a stack that is created for the first time is deleted. CloudFormation
//! has no call that ends any other operation: those are reported and left running.

use std::time::Duration;

use super::api::delete_stack;
use super::operation::{OperationResult, StartedOperation, read_events_back_to};
use crate::deadline::{Deadline, asked_for_by};
use crate::execute::cancel::cancel_update;
use crate::execute::cause::{is_of_stack, resources_in_progress, started_at};
use crate::execute::context::StepContext;
use crate::execute::event::{Event, Remedy};
use crate::execute::failure::{self, AfterDeadline, ExceededDeadline};
use crate::execute::outcome::StepOutcome;
use crate::plan::Operation;
use crate::timestamp::Timestamp;
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, CloudFormation, Stack, StackEvent};

/// The deadline of an operation that was in progress before the step.
pub(super) struct RemainingTime {
    /// When the operation started, as CloudFormation writes it, where that is known.
    pub(super) since: Option<String>,
    /// When the deadline ends.
    pub(super) until: Option<String>,
    /// The deadline, since the start of the operation.
    pub(super) minutes: u64,
    pub(super) left: Duration,
}

fn deadline<P>(context: &StepContext<'_, P>) -> &'static Deadline {
    Deadline::of_stack(context.execution.plan.environment, &context.step.stack)
}

/// How many minutes the step's own operation may take.
fn minutes<P>(context: &StepContext<'_, P>) -> u64 {
    let usual = deadline(context).of_operation(&context.step.operation);
    usual.max(minutes_for_template(context))
}

/// How many minutes the resources of the step's template may take.
fn minutes_for_template<P>(context: &StepContext<'_, P>) -> u64 {
    let Operation::Deploy(step) = &context.step.operation else {
        return 0;
    };
    let template = context.execution.plan.templates.get(&step.template);
    template.map_or(0, |template| asked_for_by(template, step.exists))
}

pub(super) fn operation_deadline<P>(context: &StepContext<'_, P>) -> Duration {
    Duration::from_secs(minutes(context) * 60)
}

/// How long to wait for an operation that was in progress before the step.
pub(super) async fn remaining_time<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &Stack,
) -> RemainingTime {
    let minutes = deadline(context)
        .of_status(&stack.status)
        .max(minutes_for_template(context));
    let since = started_at(&current_events(context, &stack.id).await, &stack.id);
    let start = since.as_deref().and_then(Timestamp::parse);
    let end = start.map(|start| start.plus_minutes(minutes.cast_signed()));
    let passed = start
        .zip(context.execution.options.clock)
        .map_or(Duration::ZERO, |(start, clock)| clock.elapsed_since(start));
    RemainingTime {
        since,
        until: end.map(Timestamp::rfc3339),
        minutes,
        left: Duration::from_secs(minutes * 60).saturating_sub(passed),
    }
}

/// Reverts the step's own operation after its deadline, if that can be, and fails the step.
pub(super) async fn exceeded<P: CloudFormation>(
    context: &StepContext<'_, P>,
    attempted: &str,
    stack: &Stack,
) -> StepOutcome {
    exceeded_after(context, attempted, stack, minutes(context)).await
}

/// The same, for an operation with this deadline.
pub(super) async fn exceeded_after<P: CloudFormation>(
    context: &StepContext<'_, P>,
    attempted: &str,
    stack: &Stack,
    minutes: u64,
) -> StepOutcome {
    let events = current_events(context, &stack.id).await;
    let remedy = match stack.status {
        StackStatus::UpdateInProgress => Remedy::Cancel,
        StackStatus::CreateInProgress => Remedy::Delete,
        _ => Remedy::None,
    };
    context.report(Event::DeadlineExceeded {
        step: context.step.id.clone(),
        status: stack.status.clone(),
        minutes,
        remedy,
    });
    let because = deadline(context).because;
    let fail = |after: AfterDeadline<'_>| {
        failure::deadline_exceeded(ExceededDeadline {
            attempted,
            minutes,
            because,
            since: started_at(&events, &stack.id),
            in_progress: resources_in_progress(&events, &stack.id),
            stack,
            after,
        })
    };
    let token = context.token("overdue");
    let reverted = match remedy {
        Remedy::None => return fail(AfterDeadline::StillRunning(&stack.status)),
        Remedy::Cancel => {
            let warn = |error: &_| context.warn_retry(error);
            cancel_update(context.execution.calls, stack, &token, warn).await
        }
        Remedy::Delete => delete_stack(context, &stack.id, &token).await,
    };
    match reverted {
        // Busy: the operation has ended at this very moment.
        Err(ClientError::Busy(_)) | Ok(()) => {}
        Err(error) => return fail(AfterDeadline::NotReverted(&error)),
    }
    let operation = StartedOperation {
        stack: &stack.id,
        status: &stack.status,
        changed: Some(stack.changed()),
        token: &token,
        ends_with: |_| true,
        deadline: Duration::from_secs(minutes * 60),
    };
    let is_idle = |now: &Stack| !now.status.is_in_progress();
    match operation.finish(context, is_idle).await {
        Ok(OperationResult::StackDeleted) => {
            fail(AfterDeadline::Reverted(&StackStatus::DeleteComplete))
        }
        Ok(OperationResult::Succeeded(now) | OperationResult::Unattributed(now, _)) => {
            fail(AfterDeadline::Reverted(&now.status))
        }
        Ok(OperationResult::Ended(_, status, _)) => fail(AfterDeadline::Reverted(&status)),
        Ok(OperationResult::DeadlineExceeded(now)) => {
            fail(AfterDeadline::StillRunning(&now.status))
        }
        Err(outcome) => outcome,
    }
}

/// The stack's events, newest first, back to the end of the operation before. Fewer where they can't
/// be read, since they are only reported.
async fn current_events<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &str,
) -> Vec<StackEvent> {
    let is_end = |event: &StackEvent| {
        is_of_stack(event, stack) && !StackStatus::from(event.status.as_str()).is_in_progress()
    };
    read_events_back_to(context, stack, is_end).await.0
}
