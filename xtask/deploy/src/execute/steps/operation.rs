//! An operation on a stack: waiting for its end, and reading its result.
//!
//! A stack's status may be the end of another caller's operation, just before this one or since. So
//! unless the stack is as this operation should leave it, the events with its token decide.

use std::time::Duration;

use tokio::time::Instant;

use crate::calls::READ_ATTEMPTS;
use crate::execute::cause::{
    Explanation, explain, is_of_stack, operation_status, starts_operation,
};
use crate::execute::client_token::ClientToken;
use crate::execute::context::{StepContext, StepResult};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::execute::watch_registry::{Interruption, StackWatch, WatchTarget};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack, StackEvent};

/// After how many polls that show no change the stack's events are read.
const UNCHANGED_POLLS: u32 = 3;
/// How many polls may show no change until the operation counts as lost: some minutes at the usual
/// rate.
const MAX_UNCHANGED_POLLS: u32 = 60;
/// How many pages of events are read back to the start of an operation.
const MAX_EVENT_PAGES: usize = 50;

/// An operation that was started on an existing stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct StartedOperation<'a> {
    pub(super) stack: &'a str,
    /// The stack's status before.
    pub(super) status: &'a StackStatus,
    /// When the stack had last changed before, where that is known.
    pub(super) changed: Option<&'a str>,
    pub(super) token: &'a ClientToken,
    /// Whether it can end with this status. Another status is from an outdated read, or means that
    /// CloudFormation gave up, which only events tell.
    pub(super) ends_with: fn(&StackStatus) -> bool,
    pub(super) deadline: Duration,
}

/// The end of an operation, with the stack as it is now.
pub(super) enum OperationResult {
    /// The stack is as the operation should leave it, whichever caller made it so.
    Succeeded(Stack),
    /// The operation ended with this status. The stack may have another one since.
    Ended(Stack, StackStatus, Explanation),
    /// No operation is in progress, and no event belongs to this one.
    Unattributed(Stack, Explanation),
    /// The operation is still in progress.
    DeadlineExceeded(Stack),
    StackDeleted,
}

/// The state of a stack without an operation in progress.
enum IdleStack {
    Stack(Stack),
    Deleted,
    DeadlineExceeded(Stack),
}

/// The progress of an operation according to the events with its token.
enum OperationEvents {
    /// With the stack's events, newest first.
    Ended(StackStatus, Vec<StackEvent>),
    InProgress,
    /// None of these events belongs to it.
    Unattributed(Vec<StackEvent>),
}

impl StartedOperation<'_> {
    /// Waits for the operation to end. `succeeded` recognizes the stack as it should leave it.
    pub(super) async fn finish<P: CloudFormation>(
        self,
        context: &StepContext<'_, P>,
        succeeded: impl Fn(&Stack) -> bool,
    ) -> StepResult<OperationResult> {
        let mut watch = watch(context, self.stack, Some(self.token));
        let mut last_seen: Option<Stack> = None;
        let deadline = Instant::now() + self.deadline;
        loop {
            let operation = match &last_seen {
                None => self,
                Some(stack) => StartedOperation {
                    status: &stack.status,
                    changed: Some(stack.changed()),
                    ..self
                },
            };
            let stack = match operation
                .wait_until_idle(context, deadline, &mut watch)
                .await?
            {
                IdleStack::Stack(stack) => stack,
                IdleStack::Deleted => return Ok(OperationResult::StackDeleted),
                IdleStack::DeadlineExceeded(stack) => {
                    return Ok(OperationResult::DeadlineExceeded(stack));
                }
            };
            if succeeded(&stack) {
                return Ok(OperationResult::Succeeded(stack));
            }
            let events = self.read_result(context).await;
            match events.map_err(|error| failure::result_unknown(&error, &stack.status))? {
                OperationEvents::Ended(status, events) => {
                    let why = self.explain(context, &events, &watch);
                    return Ok(OperationResult::Ended(stack, status, why));
                }
                OperationEvents::Unattributed(events) => {
                    let why = self.explain(context, &events, &watch);
                    return Ok(OperationResult::Unattributed(stack, why));
                }
                // The stack's state is the end of another caller's operation.
                OperationEvents::InProgress => last_seen = Some(stack),
            }
        }
    }

    /// Waits until the stack has no operation in progress and differs from its state before, or until
    /// the deadline.
    ///
    /// A poll may show the state before the operation, since reads lag behind writes. So an unchanged
    /// stack counts as idle only when its events confirm it.
    async fn wait_until_idle<P: CloudFormation>(
        &self,
        context: &StepContext<'_, P>,
        deadline: Instant,
        watch: &mut StackWatch<'_>,
    ) -> StepResult<IdleStack> {
        let mut unchanged = 0;
        let mut missing = 0;
        loop {
            let Some(stack) = poll(context, watch).await? else {
                // A stack that was just created may not show yet.
                missing += 1;
                if missing < READ_ATTEMPTS {
                    continue;
                }
                return Ok(IdleStack::Deleted);
            };
            if stack.status.is_in_progress() {
                if Instant::now() >= deadline {
                    return Ok(IdleStack::DeadlineExceeded(stack));
                }
                continue;
            }
            if self.may_have_left(&stack) {
                return Ok(IdleStack::Stack(stack));
            }
            unchanged += 1;
            if unchanged % UNCHANGED_POLLS == 0
                && let Some(stack) = self.confirm_with_events(context).await
            {
                return Ok(IdleStack::Stack(stack));
            }
            if unchanged >= MAX_UNCHANGED_POLLS {
                return Err(failure::lost_contact(
                    "CloudFormation accepted the call, but shows no effect of it",
                    false,
                    Some(stack.status),
                ));
            }
        }
    }

    /// Whether the operation may have left the stack like this: it is neither the state before nor an
    /// earlier one.
    fn may_have_left(&self, stack: &Stack) -> bool {
        let is_before = match self.changed {
            Some(changed) if stack.changed() < changed => true,
            Some(changed) => stack.status == *self.status && stack.changed() == changed,
            None => stack.status == *self.status,
        };
        (self.ends_with)(&stack.status) && !is_before
    }

    /// Reads an unchanged stack and its events. Returns the stack if the operation has ended.
    async fn confirm_with_events<P: CloudFormation>(
        &self,
        context: &StepContext<'_, P>,
    ) -> Option<Stack> {
        let calls = context.execution.calls;
        let stack = match calls.once(calls.port.stack(self.stack)).await {
            Ok(stack) => stack?,
            Err(error) => {
                context.warn_retry(&error);
                return None;
            }
        };
        if stack.status.is_in_progress() {
            return None;
        }
        if self.may_have_left(&stack) {
            return Some(stack);
        }
        match calls.once(calls.port.events(self.stack, None)).await {
            Ok(page) => {
                let mut own = page
                    .items
                    .iter()
                    .filter(|event| is_of_stack(event, self.stack));
                let is_newest = own
                    .next()
                    .is_some_and(|newest| newest.status == stack.status.as_str());
                let has_ended = operation_status(&page.items, self.stack, self.token)
                    .is_some_and(|status| !status.is_in_progress());
                (is_newest && has_ended).then_some(stack)
            }
            Err(error) => {
                context.warn_retry(&error);
                None
            }
        }
    }

    /// Reads the result of the operation from its events. They may arrive late, and are read again
    /// until one of them ends the operation.
    async fn read_result<P: CloudFormation>(
        &self,
        context: &StepContext<'_, P>,
    ) -> ClientResult<OperationEvents> {
        let mut attempt = 1;
        loop {
            let (events, error) = self.read_events(context).await;
            let status = operation_status(&events, self.stack, self.token);
            let is_last = attempt == READ_ATTEMPTS;
            match (status, error) {
                // Without the permission, further attempts are denied too.
                (_, Some(ClientError::AccessDenied(_))) => {
                    return Ok(OperationEvents::Unattributed(events));
                }
                (Some(status), None) if !status.is_in_progress() => {
                    return Ok(OperationEvents::Ended(status, events));
                }
                (_, Some(error)) if !is_last && error.is_transient() => {}
                // The root cause can't be told from a part of the events.
                (Some(status), Some(_)) if !status.is_in_progress() => {
                    return Ok(OperationEvents::Ended(status, Vec::new()));
                }
                (_, Some(error)) => return Err(error),
                (Some(_), None) if is_last => return Ok(OperationEvents::InProgress),
                (None, None) if is_last => return Ok(OperationEvents::Unattributed(events)),
                (_, None) => {}
            }
            context.execution.calls.back_off(attempt).await;
            attempt += 1;
        }
    }

    /// The stack's events, newest first, back to the start of the operation, and the error that kept
    /// from reading all of them.
    async fn read_events<P: CloudFormation>(
        &self,
        context: &StepContext<'_, P>,
    ) -> (Vec<StackEvent>, Option<ClientError>) {
        let starts = |event: &StackEvent| starts_operation(event, self.stack, self.token);
        read_events_back_to(context, self.stack, starts).await
    }

    /// Explains the operation, and reports those of its events that were not reported yet.
    fn explain<P: CloudFormation>(
        &self,
        context: &StepContext<'_, P>,
        events: &[StackEvent],
        watch: &StackWatch<'_>,
    ) -> Explanation {
        let newest = watch.newest_event();
        let unreported: Vec<&StackEvent> = events
            .iter()
            .take_while(|event| newest.as_ref() != Some(&event.id))
            .filter(|event| event.token.as_deref() == Some(self.token.as_str()))
            .collect();
        for event in unreported.into_iter().rev() {
            context.report(Event::Resource {
                step: context.step.id.clone(),
                resource: event.clone(),
            });
        }
        explain(events, self.stack, self.token)
    }
}

/// A stack's events, newest first, back to the page with one that matches, and the error that kept
/// from reading all of them.
pub(super) async fn read_events_back_to<P: CloudFormation>(
    context: &StepContext<'_, P>,
    stack: &str,
    matches: impl Fn(&StackEvent) -> bool,
) -> (Vec<StackEvent>, Option<ClientError>) {
    let mut events: Vec<StackEvent> = Vec::new();
    let mut next: Option<String> = None;
    for _ in 0..MAX_EVENT_PAGES {
        let page = context.read(|| context.port().events(stack, next.clone()));
        let page = match page.await {
            Ok(page) => page,
            Err(error) => {
                context.warn_retry(&error);
                return (events, Some(error));
            }
        };
        let done = page.items.iter().any(&matches);
        events.extend(page.items);
        next = page.next;
        if done || next.is_none() {
            break;
        }
    }
    (events, None)
}

pub(super) fn watch<'a, P>(
    context: &StepContext<'a, P>,
    stack: &str,
    token: Option<&ClientToken>,
) -> StackWatch<'a> {
    context.execution.registry.watch(WatchTarget {
        stack: stack.to_owned(),
        step: context.step.id.clone(),
        token: token.cloned(),
    })
}

pub(super) async fn poll<P: CloudFormation>(
    context: &StepContext<'_, P>,
    watch: &mut StackWatch<'_>,
) -> StepResult<Option<Stack>> {
    let execution = context.execution;
    watch
        .poll(execution.calls.stop(), &execution.reporter)
        .await
        .map_err(|interruption| match interruption {
            Interruption::Stopped => StepOutcome::Detached,
            Interruption::Lost {
                why,
                credentials,
                last_status,
            } => failure::lost_contact(&why, credentials, last_status),
        })
}
