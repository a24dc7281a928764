//! Reads how an operation ended, and why.

use super::hand::Hand;
use crate::calls::READ_ATTEMPTS;
use crate::execute::cause::{Explanation, explain, is_beginning, status};
use crate::execute::event::Event;
use crate::execute::watch::Follower;
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, ClientResult, CloudFormation, StackEvent};

/// How many pages of events are read for the cause of a failure.
const EVENT_PAGES: usize = 50;

/// What has become of an operation.
pub(in crate::execute) enum Course {
    /// It ended with this status; and the stack's events, newest first.
    Ended(StackStatus, Vec<StackEvent>),
    /// It goes on.
    GoesOn,
    /// Nothing is seen of it among these events.
    Unseen(Vec<StackEvent>),
}

impl<P: CloudFormation> Hand<'_, P> {
    /// Why the operation failed, from all of its events, of which those that nobody saw yet are
    /// reported.
    pub(in crate::execute) fn explain(
        &self,
        stack: &str,
        token: &str,
        events: &[StackEvent],
        follower: &Follower<'_>,
    ) -> Explanation {
        let newest = follower.newest_reported();
        let unseen: Vec<&StackEvent> = events
            .iter()
            .take_while(|event| newest.as_ref() != Some(&event.id))
            .filter(|event| event.token.as_deref() == Some(token))
            .collect();
        for event in unseen.into_iter().rev() {
            self.report(Event::Resource {
                step: self.step.id.clone(),
                resource: event.clone(),
            });
        }
        explain(events, stack, token)
    }

    /// What has become of the operation, as the events of its token tell. They may come late, and
    /// are looked for some times until one tells of the end.
    pub(in crate::execute) async fn course(
        &self,
        stack: &str,
        token: &str,
    ) -> ClientResult<Course> {
        let mut look = 1;
        loop {
            let (events, trouble) = self.operation(stack, token).await;
            let status = status(&events, stack, token);
            let is_last = look == READ_ATTEMPTS;
            match (status, trouble) {
                // Who may not read events never gets to know.
                (_, Some(ClientError::AccessDenied(_))) => return Ok(Course::Unseen(events)),
                (Some(status), None) if !status.is_in_progress() => {
                    return Ok(Course::Ended(status, events));
                }
                (_, Some(error)) if !is_last && error.is_transient() => {
                    self.walk.calls.back_off(look).await;
                }
                // Half of the events tell no cause.
                (Some(status), Some(_)) if !status.is_in_progress() => {
                    return Ok(Course::Ended(status, Vec::new()));
                }
                (_, Some(error)) => return Err(error),
                (Some(_), None) if is_last => return Ok(Course::GoesOn),
                (None, None) if is_last => return Ok(Course::Unseen(events)),
                (_, None) => self.walk.calls.back_off(look).await,
            }
            look += 1;
        }
    }

    /// The stack's events, newest first, back to the beginning of the operation, and what kept from
    /// reading all of them.
    async fn operation(&self, stack: &str, token: &str) -> (Vec<StackEvent>, Option<ClientError>) {
        let mut events: Vec<StackEvent> = Vec::new();
        let mut next = None;
        for _ in 0..EVENT_PAGES {
            let page = match self.read(|| self.port().events(stack, next.clone())).await {
                Ok(page) => page,
                Err(error) => {
                    self.warn_retry(&error);
                    return (events, Some(error));
                }
            };
            let done = page
                .items
                .iter()
                .any(|event| is_beginning(event, stack, token));
            events.extend(page.items);
            next = page.next;
            if done || next.is_none() {
                break;
            }
        }
        (events, None)
    }
}
