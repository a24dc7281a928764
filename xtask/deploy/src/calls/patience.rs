//! Repeats what may work a little later.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::budget::Budget;
use super::jitter::Jitter;
use crate::execute::Stop;
use cloudformation::RateLimits;
use cloudformation::{ClientError, ClientResult};

/// The first wait before a call is repeated.
const FIRST: Duration = Duration::from_secs(1);
/// The longest.
const LONGEST: Duration = Duration::from_secs(30);

/// How often a call is tried after a stop: what was begun is put back.
const LAST_ATTEMPTS: u32 = 4;
/// The longest wait before a call is repeated after a stop.
const LAST_WAIT: Duration = Duration::from_secs(2);
/// How often it is looked whether a call that was refused took effect before.
const LOOKS_AFTER_REFUSAL: u32 = 3;
/// How often something is looked at that is not as it should be, until that is believed: in a
/// quarter of a minute. Reads lag behind writes by some seconds.
pub(crate) const READ_ATTEMPTS: u32 = 5;

/// The calls of a run.
pub(crate) struct Calls<'a, P> {
    /// Where they go.
    pub(crate) port: &'a P,
    /// How fast.
    pub(crate) pace: &'a RateLimits,
    /// By how much they deviate.
    pub(crate) jitter: Jitter,
    budget: Budget,
    stop: Stop,
    patience: Option<Duration>,
}

impl<'a, P> Calls<'a, P> {
    /// The calls of this run. After a stop they are repeated less.
    pub(crate) fn new(port: &'a P, pace: &'a RateLimits, run: &str, stop: Stop) -> Self {
        Self {
            port,
            pace,
            jitter: Jitter::new(pace.seed, run),
            budget: Budget::new(pace.per_call()),
            stop,
            patience: None,
        }
    }

    /// Looks are not repeated for longer than this.
    pub(crate) const fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Whether the run was told to stop.
    pub(crate) const fn stop(&self) -> &Stop {
        &self.stop
    }

    /// One call.
    pub(crate) async fn once<T>(
        &self,
        call: impl Future<Output = ClientResult<T>>,
    ) -> ClientResult<T> {
        self.budget.slot().await;
        let answer = call.await;
        match &answer {
            Err(ClientError::Throttled(_)) => self.budget.throttled(),
            Err(ClientError::NoAnswer { .. }) => {}
            _ => self.budget.answered(),
        }
        answer
    }

    /// A call that changes nothing, repeated while it may work later.
    pub(crate) async fn read<T, F: Future<Output = ClientResult<T>>>(
        &self,
        mut call: impl FnMut() -> F,
        trouble: impl Fn(&ClientError),
    ) -> ClientResult<T> {
        let begun = Instant::now();
        let is_patient = || self.patience.is_none_or(|most| begun.elapsed() < most);
        let mut attempt = 1;
        loop {
            match self.once(call()).await {
                Err(error) if error.is_transient() && self.may_repeat(attempt) && is_patient() => {
                    trouble(&error);
                    self.back_off(attempt).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    /// A call that changes something, repeated while it may work later.
    ///
    /// A failure does not tell that nothing happened: the answer may have been lost, here or before
    /// a repetition inside of the port. `settled` looks at what the call was for, and gives the
    /// call's result if it took effect.
    pub(crate) async fn write<T, F, S>(
        &self,
        mut call: impl FnMut() -> F,
        mut settled: impl FnMut() -> S,
        trouble: impl Fn(&ClientError),
    ) -> ClientResult<T>
    where
        F: Future<Output = ClientResult<T>>,
        S: Future<Output = ClientResult<Option<T>>>,
    {
        let mut attempt = 1;
        let mut answer_was_lost = false;
        loop {
            let error = match self.once(call()).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match error {
                // Refused before anything happened, and so would be whatever is asked now.
                ClientError::ExpiredCredentials(_)
                | ClientError::InvalidCredentials(_)
                | ClientError::AccessDenied(_) => {
                    return Err(error);
                }
                ClientError::Throttled(_) | ClientError::RoleNotAssumable(_)
                    if self.may_repeat(attempt) =>
                {
                    trouble(&error);
                    self.back_off(attempt).await;
                }
                ClientError::NoAnswer { .. } => {
                    answer_was_lost = true;
                    trouble(&error);
                    // What took effect shows a little later.
                    self.back_off(attempt).await;
                    if let Some(value) = settled().await? {
                        return Ok(value);
                    }
                    if !self.may_repeat(attempt) {
                        return Err(error);
                    }
                }
                error => {
                    let looks = if answer_was_lost || is_typical_of_a_repetition(&error) {
                        LOOKS_AFTER_REFUSAL
                    } else {
                        1
                    };
                    for look in 1..=looks {
                        match settled().await {
                            Ok(Some(value)) => return Ok(value),
                            Ok(None) if look < looks => self.back_off(look).await,
                            Ok(None) | Err(_) => break,
                        }
                    }
                    return Err(error);
                }
            }
            attempt += 1;
        }
    }

    fn may_repeat(&self, attempt: u32) -> bool {
        let attempts = if self.stop.is_stopped() {
            self.pace.attempts.min(LAST_ATTEMPTS)
        } else {
            self.pace.attempts
        };
        attempt < attempts
    }

    /// Waits before a repetition. A stop cuts a wait short, but does not do away with those after
    /// it: what is put back last is worth some seconds.
    pub(crate) async fn back_off(&self, attempt: u32) {
        let was_stopped = self.stop.is_stopped();
        let longest = if was_stopped { LAST_WAIT } else { LONGEST };
        let wait = FIRST.saturating_mul(1 << (attempt - 1).min(8)).min(longest);
        tokio::select! {
            () = sleep(self.jitter.around(wait)) => {}
            () = self.stop.stopped(), if !was_stopped => {}
        }
    }
}

/// Whether the error is what a call meets that is repeated, by whomever, after it took effect.
const fn is_typical_of_a_repetition(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::AlreadyExists(_)
            | ClientError::AlreadyAccepted(_)
            | ClientError::Busy(_)
            | ClientError::ChangeSetNotFound(_)
    )
}
