//! Reads how an operation ended, and why.

use super::hand::Hand;
use crate::execute::cause::{Explanation, ended, explain, is_beginning};
use crate::execute::event::Event;
use crate::execute::watch::Follower;
use crate::port::{CloudFormation, StackEvent};
use crate::status::StackStatus;

/// How many pages of events are read for the cause of a failure.
const EVENT_PAGES: usize = 50;
impl<P: CloudFormation> Hand<'_, P> {
    /// Why the operation failed, from all of its events, of which those that nobody saw yet are
    /// reported. That they can't be read changes nothing about the failure.
    pub(in crate::execute) async fn explain(
        &self,
        stack: &str,
        token: &str,
        follower: &Follower<'_>,
    ) -> Explanation {
        let events = self.operation(stack, token).await;
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
        explain(&events, stack, token)
    }

    /// How the operation ended, where the stack does not tell. Nothing if it never began: events
    /// may come late, and are looked for this often.
    pub(in crate::execute) async fn ended(
        &self,
        stack: &str,
        token: &str,
        looks: u32,
    ) -> Option<StackStatus> {
        let mut look = 1;
        loop {
            let events = self.operation(stack, token).await;
            let ended = ended(&events, stack, token);
            if ended.is_some() || look == looks {
                return ended;
            }
            self.walk.calls.back_off(look).await;
            look += 1;
        }
    }

    /// The stack's events, newest first, back to the beginning of the operation.
    async fn operation(&self, stack: &str, token: &str) -> Vec<StackEvent> {
        let mut events: Vec<StackEvent> = Vec::new();
        let mut next = None;
        for _ in 0..EVENT_PAGES {
            let page = match self.read(|| self.port().events(stack, next.clone())).await {
                Ok(page) => page,
                Err(error) => {
                    self.trouble(&error);
                    break;
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
        events
    }
}
