//! Reads why an operation failed.

use super::hand::Hand;
use crate::execute::cause::{Explanation, explain, is_beginning};
use crate::execute::event::Event;
use crate::execute::watch::Follower;
use crate::port::{CloudFormation, StackEvent};

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
}
