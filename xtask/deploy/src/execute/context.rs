//! What the steps of an execution share, and what one step works with.

use std::future::Future;
use std::time::Duration;

use service_rules::Passing;

use super::client_token::ClientToken;
use super::event::{Event, Reporter};
use super::failure;
use super::options::Options;
use super::outcome::StepOutcome;
use super::watch_registry::WatchRegistry;
use crate::calls::{Calls, READ_ATTEMPTS};
use crate::plan::{Observation, Plan, Step};
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack};

pub(super) struct ExecutionContext<'a, P> {
    pub(super) plan: &'a Plan,
    pub(super) options: &'a Options,
    pub(super) calls: &'a Calls<'a, P>,
    pub(super) registry: &'a WatchRegistry,
    pub(super) reporter: Reporter,
}

pub(super) struct StepContext<'a, P> {
    pub(super) execution: &'a ExecutionContext<'a, P>,
    pub(super) step: &'a Step,
    /// The step's position in the plan, which makes its names unique in the run.
    pub(super) number: usize,
    pub(super) retries: u32,
}

/// A value to go on with, or how the step ended instead.
pub(super) type StepResult<T> = Result<T, StepOutcome>;

impl<'a, P: CloudFormation> StepContext<'a, P> {
    pub(super) const fn port(&self) -> &'a P {
        self.execution.calls.port
    }

    /// The name of the step's change set.
    pub(super) fn name(&self) -> String {
        match self.retries {
            0 => format!("{}-{}", self.execution.options.run, self.number),
            retries => format!(
                "{}-{}-again{retries}",
                self.execution.options.run, self.number
            ),
        }
    }

    /// The token for a kind of call of this step: the same one however often the call is made.
    pub(super) fn token(&self, call: &str) -> ClientToken {
        ClientToken::new(format!("{}-{call}", self.name()))
    }

    /// The same step with other names and tokens, after it waited for a transient condition to pass.
    pub(super) async fn retry_after(&self, condition: &Passing) -> StepResult<Self> {
        self.report(Event::Retry {
            step: self.step.id.clone(),
            because: condition.because.to_owned(),
            seconds: condition.seconds,
        });
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(condition.seconds)) => {}
            () = self.execution.calls.stop().stopped() => return Err(StepOutcome::Detached),
        }
        Ok(Self {
            retries: self.retries + 1,
            ..*self
        })
    }

    /// See [`Calls::read`].
    pub(super) async fn read<T, F: Future<Output = ClientResult<T>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> ClientResult<T> {
        let warn = |error: &_| self.warn_retry(error);
        self.execution.calls.read(call, warn).await
    }

    /// See [`Calls::write`].
    pub(super) async fn write<T, F, S>(
        &self,
        call: impl FnMut() -> F,
        find_result: impl FnMut() -> S,
    ) -> ClientResult<T>
    where
        F: Future<Output = ClientResult<T>>,
        S: Future<Output = ClientResult<Option<T>>>,
    {
        let warn = |error: &_| self.warn_retry(error);
        self.execution.calls.write(call, find_result, warn).await
    }

    /// See [`Calls::start`].
    pub(super) async fn start<F, S>(
        &self,
        call: impl FnMut() -> F,
        find_result: impl FnMut() -> S,
    ) -> ClientResult<()>
    where
        F: Future<Output = ClientResult<()>>,
        S: Future<Output = ClientResult<Option<()>>>,
    {
        let warn = |error: &_| self.warn_retry(error);
        self.execution.calls.start(call, find_result, warn).await
    }

    /// A write that can be repeated as it is.
    pub(super) async fn set<F: Future<Output = ClientResult<()>>>(
        &self,
        call: impl FnMut() -> F,
    ) -> ClientResult<()> {
        self.start(call, || async { Ok(None) }).await
    }

    pub(super) async fn stack(&self, stack: &str) -> ClientResult<Option<Stack>> {
        self.read(|| self.port().stack(stack)).await
    }

    /// The step's stack, if it is as it was observed. Where it is not, it is read again: reads lag
    /// behind writes, and the observation may be newer than what is read.
    pub(super) async fn ensure_unchanged(
        &self,
        observed: Option<&Observation>,
    ) -> StepResult<Option<Stack>> {
        let mut attempt = 1;
        loop {
            let stack = self
                .stack(&self.step.stack)
                .await
                .map_err(|error| failure::call_failed("reading the stack", &error, None))?;
            match Observation::difference(observed, stack.as_ref()) {
                None => return Ok(stack),
                Some(difference) if attempt == READ_ATTEMPTS => {
                    return Err(StepOutcome::Stale { difference });
                }
                Some(_) => self.execution.calls.back_off(attempt).await,
            }
            attempt += 1;
        }
    }

    /// Ends the step if the execution was detached.
    pub(super) fn check_cancelled(&self) -> StepResult<()> {
        if self.execution.calls.stop().is_stopped() {
            return Err(StepOutcome::Detached);
        }
        Ok(())
    }

    pub(super) fn report(&self, event: Event) {
        self.execution.reporter.send(event);
    }

    pub(super) fn warn_retry(&self, error: &ClientError) {
        self.execution
            .reporter
            .warn_retry(Some(&self.step.id), error);
    }

    pub(super) fn warn(&self, message: String) {
        self.execution.reporter.warn(Some(&self.step.id), message);
    }
}
