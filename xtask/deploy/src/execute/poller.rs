//! The poller: one loop that reads all watched stacks.
//!
//! The number of its calls is bounded by the rate limits, not by the number of stacks. It never
//! judges: that a poll failed says nothing about a stack.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::event::{Event, Reporter};
use super::watch_registry::{PollResult, WatchRegistry, WatchTarget};
use crate::calls::Calls;
use cloudformation::{ClientError, CloudFormation, RateLimits, StackId};

/// How many polls in a row may be refused, other than for the credentials, until contact is lost. An
/// error that is not known as transient may be so all the same.
const MAX_REFUSALS: u32 = 5;
/// How many stacks that a listing lacks are read one by one in one poll.
const MAX_MISSING: usize = 8;
/// How many pages of events are read of a stack in one poll.
const MAX_EVENT_PAGES: u32 = 2;
/// By which power of two polling slows down at most after failures.
const MAX_SLOWDOWN: u32 = 4;

pub(super) struct Poller<'a, P> {
    calls: &'a Calls<'a, P>,
    registry: &'a WatchRegistry,
    reporter: Reporter,
}

/// What is kept from one poll to the next.
struct State {
    interval: PollInterval,
    /// How many calls the last listing took.
    pages: usize,
    /// The stack whose events were read last.
    last_read: Option<u64>,
    /// Whether reading events was refused. They are only reported, so polling continues.
    events_refused: bool,
    refusals: u32,
}

/// One poll's number of calls, and whether it saw a change.
#[derive(Default)]
struct Poll {
    calls: u32,
    changed: bool,
}

impl<'a, P: CloudFormation> Poller<'a, P> {
    pub(super) const fn new(
        calls: &'a Calls<'a, P>,
        registry: &'a WatchRegistry,
        reporter: Reporter,
    ) -> Self {
        Self {
            calls,
            registry,
            reporter,
        }
    }

    /// Polls for as long as this future is polled.
    pub(super) async fn run(&self) {
        let mut state = State {
            interval: PollInterval::new(self.calls.limits),
            pages: 1,
            last_read: None,
            events_refused: false,
            refusals: 0,
        };
        loop {
            self.wait(&mut state.interval).await;
            let mut poll = Poll::default();
            let statuses = self.poll_statuses(&mut state, &mut poll).await;
            let polled = match statuses {
                Ok(()) => {
                    state.refusals = 0;
                    let spare = state.interval.spare_calls(poll.calls);
                    self.read_events(&mut state, &mut poll, spare).await
                }
                Err(error) => {
                    self.poll_failed(&error, &mut state.refusals);
                    Err(error)
                }
            };
            state.interval.set_cost(poll.calls);
            match polled {
                Ok(()) => state.interval.recover(),
                Err(_) => state.interval.slow_down(),
            }
            if poll.changed {
                state.interval.reset();
            } else {
                state.interval.lengthen();
            }
        }
    }

    /// Waits until the next poll is due and a stack is watched.
    async fn wait(&self, interval: &mut PollInterval) {
        let start = Instant::now();
        loop {
            if self.registry.targets().is_empty() {
                self.registry.added().await;
                interval.reset();
                continue;
            }
            let pause = self.calls.jitter.around(interval.pause());
            tokio::select! {
                () = sleep_until(start + pause) => return,
                // A new operation is polled soon.
                () = self.registry.added() => interval.reset(),
            }
        }
    }

    /// Reads every stack's status: with one listing, or one by one where that takes fewer calls.
    async fn poll_statuses(&self, state: &mut State, poll: &mut Poll) -> Result<(), ClientError> {
        let targets = self.registry.targets();
        if targets.len() < state.pages {
            for (key, target) in targets {
                self.poll_stack(key, &target, poll).await?;
            }
            return Ok(());
        }
        let mut missing: BTreeMap<StackId, (u64, WatchTarget)> = targets
            .into_iter()
            .map(|(key, target)| (target.stack.clone(), (key, target)))
            .collect();
        let mut next = None;
        let mut pages = 0;
        loop {
            poll.calls += 1;
            let page = match self.calls.once(self.calls.port.stacks(next)).await {
                Err(error @ ClientError::AccessDenied(_)) => {
                    // The caller may read some stacks only: one by one from now on.
                    state.pages = usize::MAX;
                    return Err(error);
                }
                page => page?,
            };
            pages += 1;
            for stack in page.items {
                if let Some((key, _)) = missing.remove(&stack.id) {
                    poll.changed |= self
                        .registry
                        .publish(key, PollResult::Found(Box::new(stack)));
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        state.pages = pages;
        // A listing lacks deleted stacks, and may lack a stack that was just created.
        for (key, target) in missing.into_values().take(MAX_MISSING) {
            self.poll_stack(key, &target, poll).await?;
        }
        Ok(())
    }

    async fn poll_stack(
        &self,
        key: u64,
        target: &WatchTarget,
        poll: &mut Poll,
    ) -> Result<(), ClientError> {
        poll.calls += 1;
        let stack = self
            .calls
            .once(self.calls.port.stack(&target.stack))
            .await?;
        let found = |stack| PollResult::Found(Box::new(stack));
        let result = stack.map_or(PollResult::Deleted, found);
        poll.changed |= self.registry.publish(key, result);
        Ok(())
    }

    /// Reads the events of some stacks, round robin, with the calls to spare.
    async fn read_events(
        &self,
        state: &mut State,
        poll: &mut Poll,
        spare: u32,
    ) -> Result<(), ClientError> {
        let first = self.registry.after(state.last_read).map(|(key, _)| key);
        let end = poll.calls + spare;
        while !state.events_refused
            && poll.calls < end
            && let Some((key, target)) = self.registry.after(state.last_read)
        {
            state.last_read = Some(key);
            if let Err(error) = self.report_new_events(key, &target, poll).await {
                self.reporter.warn_retry(Some(&target.step), &error);
                state.events_refused = !error.is_transient();
                return if state.events_refused {
                    Ok(())
                } else {
                    Err(error)
                };
            }
            if self.registry.after(state.last_read).map(|(key, _)| key) == first {
                break;
            }
        }
        Ok(())
    }

    async fn report_new_events(
        &self,
        key: u64,
        target: &WatchTarget,
        poll: &mut Poll,
    ) -> Result<(), ClientError> {
        let newest = self.registry.newest_event(key);
        let mut fresh = Vec::new();
        let mut next = None;
        'pages: for _ in 0..MAX_EVENT_PAGES {
            poll.calls += 1;
            let page = self
                .calls
                .once(self.calls.port.events(&target.stack, next))
                .await?;
            for event in page.items {
                // Back to the last reported event, or to those before this operation.
                let token = target.token.as_ref();
                let known = newest.as_ref() == Some(&event.id);
                let foreign = token.is_some() && event.token.as_ref() != token;
                if known || (newest.is_none() && foreign) {
                    break 'pages;
                }
                fresh.push(event);
                if newest.is_none() && token.is_none() {
                    // Of another caller's operation, only events from now on.
                    break 'pages;
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        if let Some(newest) = fresh.first() {
            self.registry.set_newest_event(key, newest.id.clone());
            poll.changed = true;
        }
        for resource in fresh.into_iter().rev() {
            self.reporter.send(Event::Resource {
                step: target.step.clone(),
                resource,
            });
        }
        Ok(())
    }

    /// Warns that a poll failed, and gives up only where polling again can't help.
    fn poll_failed(&self, error: &ClientError, refusals: &mut u32) {
        self.reporter.warn_retry(None, error);
        if error.is_transient() {
            return;
        }
        *refusals += 1;
        let credentials = error.is_about_credentials();
        if !credentials && *refusals < MAX_REFUSALS {
            return;
        }
        for (key, _) in self.registry.targets() {
            self.registry.publish(
                key,
                PollResult::Lost {
                    why: error.to_string(),
                    credentials,
                },
            );
        }
    }
}

/// The time between polls: short while statuses change, longer while they don't, doubled after each
/// failure, and never so short that the calls of the last poll exceed their share of a minute.
#[derive(Debug)]
struct PollInterval {
    shortest: Duration,
    longest: Duration,
    per_call: Duration,
    interval: Duration,
    /// How many calls the last poll took.
    cost: u32,
    slowdown: u32,
}

impl PollInterval {
    fn new(limits: &RateLimits) -> Self {
        Self {
            shortest: limits.shortest,
            longest: limits.longest.max(limits.shortest),
            per_call: limits.per_look(),
            interval: limits.shortest,
            cost: 0,
            slowdown: 0,
        }
    }

    fn pause(&self) -> Duration {
        let fair_share = self.per_call * self.cost;
        self.interval.max(fair_share) * 2_u32.pow(self.slowdown)
    }

    /// How many calls a poll may spend on events. At least one, or they would never be read where a
    /// listing takes many pages.
    fn spare_calls(&self, spent: u32) -> u32 {
        let per_call = self.per_call.as_millis().max(1);
        let affordable = u32::try_from(self.interval.as_millis() / per_call).unwrap_or(u32::MAX);
        affordable.saturating_sub(spent).max(1)
    }

    const fn set_cost(&mut self, calls: u32) {
        self.cost = calls;
    }

    /// Back to the shortest interval, after a change or for a new watch.
    const fn reset(&mut self) {
        self.interval = self.shortest;
    }

    fn lengthen(&mut self) {
        self.interval = (self.interval * 5 / 4).min(self.longest);
    }

    fn slow_down(&mut self) {
        self.slowdown = (self.slowdown + 1).min(MAX_SLOWDOWN);
    }

    const fn recover(&mut self) {
        self.slowdown = self.slowdown.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengthens_while_nothing_changes_and_resets_on_a_change() {
        let mut interval = PollInterval::new(&RateLimits::default());
        assert_eq!(interval.pause(), Duration::from_secs(2));
        for _ in 0..20 {
            interval.lengthen();
        }
        assert_eq!(interval.pause(), Duration::from_secs(5));
        interval.reset();
        assert_eq!(interval.pause(), Duration::from_secs(2));
    }

    #[test]
    fn many_pages_take_their_time() {
        let mut interval = PollInterval::new(&RateLimits::default());
        assert_eq!(interval.spare_calls(1), 1);
        assert_eq!(interval.spare_calls(10), 1);
        interval.set_cost(11);
        assert_eq!(interval.pause(), Duration::from_secs(11));
    }

    #[test]
    fn failures_double_the_pause_up_to_a_bound() {
        let mut interval = PollInterval::new(&RateLimits::default());
        interval.slow_down();
        assert_eq!(interval.pause(), Duration::from_secs(4));
        for _ in 0..20 {
            interval.slow_down();
        }
        assert_eq!(interval.pause(), Duration::from_secs(32));
        for _ in 0..20 {
            interval.recover();
        }
        assert_eq!(interval.pause(), Duration::from_secs(2));
    }
}
