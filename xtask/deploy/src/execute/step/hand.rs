//! What every kind of step works with.

use std::future::Future;
use std::time::Duration;

use service_rules::Passing;

use crate::calls::{Calls, READ_ATTEMPTS};
use crate::execute::event::Event;
use crate::execute::failure;
use crate::execute::options::Options;
use crate::execute::outcome::StepOutcome;
use crate::execute::reporter::Reporter;
use crate::execute::watch::Board;
use crate::plan::{Observation, Plan, Step};
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack};

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
    /// How often it was tried before.
    pub(in crate::execute) before: u32,
}

/// A step that goes on, or how it ended instead.
pub(in crate::execute) type Going<T> = Result<T, StepOutcome>;

impl<'a, P: CloudFormation> Hand<'a, P> {
    /// The port.
    pub(in crate::execute) const fn port(&self) -> &'a P {
        self.walk.calls.port
    }

    /// The name of what this step makes: a change set.
    pub(in crate::execute) fn name(&self) -> String {
        match self.before {
            0 => format!("{}-{}", self.walk.options.run, self.number),
            before => format!("{}-{}-again{before}", self.walk.options.run, self.number),
        }
    }

    /// The same step, tried once more: its names and tokens are others.
    pub(in crate::execute) const fn again(&self) -> Self {
        Self {
            before: self.before + 1,
            ..*self
        }
    }

    /// Says why something is tried once more, and waits until it is worth it.
    pub(in crate::execute) async fn wait_for(&self, passing: &Passing) -> Going<()> {
        self.report(Event::Retry {
            step: self.step.id.clone(),
            because: passing.because.to_owned(),
            seconds: passing.seconds,
        });
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(passing.seconds)) => Ok(()),
            () = self.walk.calls.stop().stopped() => Err(StepOutcome::Detached),
        }
    }

    /// A token for a call of this step. The same call has the same one however often it is made.
    pub(in crate::execute) fn token(&self, call: &str) -> String {
        format!("{}-{call}", self.name())
    }

    /// A call that changes nothing.
    pub(in crate::execute) async fn read<T, F: Future<Output = ClientResult<T>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> ClientResult<T> {
        self.walk
            .calls
            .read(call, |error| self.warn_retry(error))
            .await
    }

    /// A call that changes something; see [`Calls::write`].
    pub(in crate::execute) async fn write<T, F, S>(
        &self,
        call: impl FnMut() -> F,
        settled: impl FnMut() -> S,
    ) -> ClientResult<T>
    where
        F: Future<Output = ClientResult<T>>,
        S: Future<Output = ClientResult<Option<T>>>,
    {
        self.walk
            .calls
            .write(call, settled, |error| self.warn_retry(error))
            .await
    }

    /// A call that begins something, and gives nothing.
    pub(in crate::execute) async fn begin<F, S>(
        &self,
        call: impl FnMut() -> F,
        settled: impl FnMut() -> S,
    ) -> ClientResult<()>
    where
        F: Future<Output = ClientResult<()>>,
        S: Future<Output = ClientResult<Option<()>>>,
    {
        match self.write(call, settled).await {
            // The token is this call's alone, so it was this call that was accepted.
            Err(ClientError::AlreadyAccepted(_)) => Ok(()),
            answer => answer,
        }
    }

    /// A call that sets something, which can be repeated as it is.
    pub(in crate::execute) async fn set<F: Future<Output = ClientResult<()>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> ClientResult<()> {
        self.begin(call, || async { Ok(None) }).await
    }

    /// The stack.
    pub(in crate::execute) async fn stack(&self, stack: &str) -> ClientResult<Option<Stack>> {
        self.read(|| self.port().stack(stack)).await
    }

    /// The stack, if it is as it was observed. One that is not is looked at again: reads lag behind
    /// writes, and what was observed may be newer than what is read.
    pub(in crate::execute) async fn unmoved(
        &self,
        observed: Option<&Observation>,
    ) -> Going<Option<Stack>> {
        let mut look = 1;
        loop {
            let stack = self
                .stack(&self.step.stack)
                .await
                .map_err(|error| failure::of_call("looking at the stack", &error, None))?;
            match Observation::difference(observed, stack.as_ref()) {
                None => return Ok(stack),
                Some(difference) if look == READ_ATTEMPTS => {
                    return Err(StepOutcome::Stale { difference });
                }
                Some(_) => self.walk.calls.back_off(look).await,
            }
            look += 1;
        }
    }

    /// Ends the step if the walk was left.
    pub(in crate::execute) fn go_on(&self) -> Going<()> {
        if self.walk.calls.stop().is_stopped() {
            return Err(StepOutcome::Detached);
        }
        Ok(())
    }

    /// Reports an event.
    pub(in crate::execute) fn report(&self, event: Event) {
        self.walk.reporter.send(event);
    }

    /// Reports a failure that changes nothing.
    pub(in crate::execute) fn warn_retry(&self, error: &ClientError) {
        self.walk.reporter.warn_retry(Some(&self.step.id), error);
    }

    /// Reports something that a person should know.
    pub(in crate::execute) fn warn(&self, message: String) {
        self.walk.reporter.warn(Some(&self.step.id), message);
    }
}
