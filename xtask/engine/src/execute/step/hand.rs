//! What every kind of step works with.

use std::future::Future;

use crate::calls::Calls;
use crate::execute::cause::{Explanation, explain, is_beginning, is_of_stack};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::options::Options;
use crate::execute::outcome::StepOutcome;
use crate::execute::reporter::Reporter;
use crate::execute::watch::{Board, Follower, Interruption, Target};
use crate::plan::{Observation, Plan, Step};
use crate::port::{Answer, CloudFormation, PortError, StackEvent, StackView};
use crate::status::StackStatus;

/// How many pages of events are read for the cause of a failure.
const EVENT_PAGES: usize = 50;
/// How many looks may show a stack as it was before, until the events are asked whether the
/// operation is over.
const UNCHANGED_LOOKS: u32 = 3;
/// How many looks may show a stack as it was before, until nothing is expected any more. With the
/// usual pace these are some minutes.
const MOST_UNCHANGED_LOOKS: u32 = 60;

/// What all steps of a walk share.
pub(in crate::execute) struct Walk<'a, P> {
    pub(in crate::execute) plan: &'a Plan,
    pub(in crate::execute) options: &'a Options,
    pub(in crate::execute) calls: &'a Calls<'a, P>,
    pub(in crate::execute) board: &'a Board,
    pub(in crate::execute) reporter: Reporter,
}

/// What one step works with.
pub(in crate::execute) struct Hand<'a, P> {
    pub(in crate::execute) walk: &'a Walk<'a, P>,
    pub(in crate::execute) step: &'a Step,
    /// The step's place in the plan, which makes its names unique in the run.
    pub(in crate::execute) number: usize,
}

/// A step that goes on, or how it ended instead.
pub(in crate::execute) type Going<T> = Result<T, StepOutcome>;

/// An operation that was begun on a stack that is there.
pub(in crate::execute) struct Begun<'a> {
    /// The stack's id.
    pub(in crate::execute) stack: &'a str,
    /// The status it had before.
    pub(in crate::execute) status: &'a StackStatus,
    /// When it had been changed last before, where that is known.
    pub(in crate::execute) changed: Option<&'a str>,
    /// The token of the call that began it.
    pub(in crate::execute) token: &'a str,
}

impl<'a, P: CloudFormation> Hand<'a, P> {
    /// The port.
    pub(in crate::execute) const fn port(&self) -> &'a P {
        self.walk.calls.port
    }

    /// The name of what this step makes: a change set.
    pub(in crate::execute) fn name(&self) -> String {
        format!("{}-{}", self.walk.options.run, self.number)
    }

    /// A token for a call of this step. The same call has the same one however often it is made.
    pub(in crate::execute) fn token(&self, call: &str) -> String {
        format!("{}-{call}", self.name())
    }

    /// A call that changes nothing.
    pub(in crate::execute) async fn read<T, F: Future<Output = Answer<T>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> Answer<T> {
        self.walk
            .calls
            .read(call, |error| self.trouble(error))
            .await
    }

    /// A call that changes something; see [`Calls::write`].
    pub(in crate::execute) async fn write<T, F, S>(
        &self,
        call: impl FnMut() -> F,
        settled: impl FnMut() -> S,
    ) -> Answer<T>
    where
        F: Future<Output = Answer<T>>,
        S: Future<Output = Answer<Option<T>>>,
    {
        self.walk
            .calls
            .write(call, settled, |error| self.trouble(error))
            .await
    }

    /// A call that begins something, and gives nothing.
    pub(in crate::execute) async fn begin<F, S>(
        &self,
        call: impl FnMut() -> F,
        settled: impl FnMut() -> S,
    ) -> Answer<()>
    where
        F: Future<Output = Answer<()>>,
        S: Future<Output = Answer<Option<()>>>,
    {
        match self.write(call, settled).await {
            // The token is this call's alone, so it was this call that was accepted.
            Err(PortError::AlreadyAccepted(_)) => Ok(()),
            answer => answer,
        }
    }

    /// A call that sets something, which can be repeated as it is.
    pub(in crate::execute) async fn set<F: Future<Output = Answer<()>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> Answer<()> {
        self.begin(call, || async { Ok(None) }).await
    }

    /// The stack.
    pub(in crate::execute) async fn stack(&self, stack: &str) -> Answer<Option<StackView>> {
        self.read(|| self.port().stack(stack)).await
    }

    /// The stack, if it is as it was observed.
    pub(in crate::execute) async fn unmoved(
        &self,
        observed: Option<&Observation>,
    ) -> Going<Option<StackView>> {
        let stack = self
            .stack(&self.step.stack)
            .await
            .map_err(|error| failure::of_call("looking at the stack", &error, None))?;
        match Observation::difference(observed, stack.as_ref()) {
            Some(difference) => Err(StepOutcome::Moved { difference }),
            None => Ok(stack),
        }
    }

    /// Ends the step if the walk was left.
    pub(in crate::execute) fn go_on(&self) -> Going<()> {
        if self.walk.calls.stop().is_stopped() {
            return Err(StepOutcome::Detached);
        }
        Ok(())
    }

    /// Waits until an operation is over. Gives the stack and what was seen of it, or nothing if it
    /// is gone.
    ///
    /// A look may show what was before the operation: reads lag behind writes. So a stack that
    /// looks as it did before is over only when an event of the operation says so.
    pub(in crate::execute) async fn finish(
        &self,
        begun: &Begun<'_>,
    ) -> Going<(Option<StackView>, Follower<'a>)> {
        let mut follower = self.follow(begun.stack, Some(begun.token));
        let mut unchanged = 0;
        loop {
            let Some(stack) = self.look(&mut follower).await? else {
                return Ok((None, follower));
            };
            if stack.status.is_in_progress() {
                continue;
            }
            let looks_as_before = stack.status == *begun.status
                && begun.changed.is_none_or(|changed| stack.changed == changed);
            if !looks_as_before {
                return Ok((Some(stack), follower));
            }
            unchanged += 1;
            if unchanged % UNCHANGED_LOOKS == 0 && self.is_over(begun, &stack.status).await {
                return Ok((Some(stack), follower));
            }
            if unchanged >= MOST_UNCHANGED_LOOKS {
                return Err(failure::out_of_sight(
                    "CloudFormation accepted the call, and nothing of it is seen",
                    false,
                    Some(stack.status),
                ));
            }
        }
    }

    /// Follows the stack for this step.
    pub(in crate::execute) fn follow(&self, stack: &str, token: Option<&str>) -> Follower<'a> {
        self.walk.board.follow(Target {
            stack: stack.to_owned(),
            step: self.step.id.clone(),
            token: token.map(str::to_owned),
        })
    }

    /// The next look at a stack.
    pub(in crate::execute) async fn look(
        &self,
        follower: &mut Follower<'_>,
    ) -> Going<Option<StackView>> {
        follower
            .look(self.walk.calls.stop(), &self.walk.reporter)
            .await
            .map_err(|interruption| match interruption {
                Interruption::Stopped => StepOutcome::Detached,
                Interruption::Lost {
                    why,
                    credentials,
                    last,
                } => failure::out_of_sight(&why, credentials, last),
            })
    }

    /// Whether the stack's newest event of its own is this operation's, with this status.
    async fn is_over(&self, begun: &Begun<'_>, status: &StackStatus) -> bool {
        let page = self
            .walk
            .calls
            .once(self.port().events(begun.stack, None))
            .await;
        match page {
            Ok(page) => page
                .items
                .iter()
                .find(|event| is_of_stack(event, begun.stack))
                .is_some_and(|event| {
                    event.token.as_deref() == Some(begun.token) && event.status == status.as_str()
                }),
            Err(error) => {
                self.trouble(&error);
                false
            }
        }
    }

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

    /// Reports an event.
    pub(in crate::execute) fn report(&self, event: Event) {
        self.walk.reporter.send(event);
    }

    /// Reports a failure that changes nothing.
    pub(in crate::execute) fn trouble(&self, error: &PortError) {
        self.walk.reporter.trouble(Some(&self.step.id), error);
    }

    /// Reports something that a person should know.
    pub(in crate::execute) fn say(&self, message: String) {
        self.walk.reporter.say(Some(&self.step.id), message);
    }
}
