//! Calls that are retried while their errors are transient.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::jitter::Jitter;
use super::rate_limiter::RateLimiter;
use super::stop::Stop;
use cloudformation::RateLimits;
use cloudformation::{ClientError, ClientResult};

/// The first wait before a retry; it doubles from there.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// How often a call is tried after a stop, when what was prepared is rolled back.
const ATTEMPTS_AFTER_STOP: u32 = 4;
const MAX_BACKOFF_AFTER_STOP: Duration = Duration::from_secs(2);
/// How often it is checked whether an earlier attempt of a refused call took effect.
const CHECKS_AFTER_REFUSAL: u32 = 3;
/// How many reads must agree that something is not as expected before that is believed: about
/// fifteen seconds with back-off. CloudFormation's reads lag behind writes by some seconds.
pub(crate) const READ_ATTEMPTS: u32 = 5;

pub(crate) struct Calls<'a, P> {
    pub(crate) port: &'a P,
    pub(crate) limits: &'a RateLimits,
    pub(crate) jitter: Jitter,
    limiter: RateLimiter,
    stop: Stop,
    max_read_time: Option<Duration>,
}

impl<'a, P> Calls<'a, P> {
    /// After a stop, calls are retried less.
    pub(crate) fn new(port: &'a P, limits: &'a RateLimits, run: &str, stop: Stop) -> Self {
        Self {
            port,
            limits,
            jitter: Jitter::new(limits.seed, run),
            limiter: RateLimiter::new(limits.per_call()),
            stop,
            max_read_time: None,
        }
    }

    /// Stops retrying a read after this time.
    pub(crate) const fn with_max_read_time(mut self, time: Duration) -> Self {
        self.max_read_time = Some(time);
        self
    }

    pub(crate) const fn stop(&self) -> &Stop {
        &self.stop
    }

    pub(crate) async fn once<T>(
        &self,
        call: impl Future<Output = ClientResult<T>>,
    ) -> ClientResult<T> {
        self.limiter.acquire().await;
        let answer = call.await;
        match &answer {
            Err(ClientError::Throttled(_)) => self.limiter.throttled(),
            Err(ClientError::NoAnswer { .. }) => {}
            _ => self.limiter.answered(),
        }
        answer
    }

    /// A call that changes nothing, retried while its errors are transient.
    pub(crate) async fn read<T, F: Future<Output = ClientResult<T>>>(
        &self,
        mut call: impl FnMut() -> F,
        warn: impl Fn(&ClientError),
    ) -> ClientResult<T> {
        let started = Instant::now();
        let has_time = || {
            self.max_read_time
                .is_none_or(|most| started.elapsed() < most)
        };
        let mut attempt = 1;
        loop {
            match self.once(call()).await {
                Err(error) if error.is_transient() && self.may_retry(attempt) && has_time() => {
                    warn(&error);
                    self.back_off(attempt).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    /// A call that changes something, retried while its errors are transient.
    ///
    /// An error does not mean that nothing happened: the answer may have been lost, here or before a
    /// retry inside of the client. `find_result` reads what the call was for and returns its result
    /// if it took effect.
    pub(crate) async fn write<T, F, S>(
        &self,
        mut call: impl FnMut() -> F,
        mut find_result: impl FnMut() -> S,
        warn: impl Fn(&ClientError),
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
                // Refused before anything happened, as `find_result` would be.
                ClientError::ExpiredCredentials(_)
                | ClientError::InvalidCredentials(_)
                | ClientError::AccessDenied(_) => {
                    return Err(error);
                }
                ClientError::Throttled(_) | ClientError::RoleNotAssumable(_)
                    if self.may_retry(attempt) =>
                {
                    warn(&error);
                    self.back_off(attempt).await;
                }
                ClientError::NoAnswer { .. } => {
                    answer_was_lost = true;
                    warn(&error);
                    // An effect takes some time to show.
                    self.back_off(attempt).await;
                    if let Some(value) = find_result().await? {
                        return Ok(value);
                    }
                    if !self.may_retry(attempt) {
                        return Err(error);
                    }
                }
                error => {
                    let checks = if answer_was_lost || is_typical_of_a_retry(&error) {
                        CHECKS_AFTER_REFUSAL
                    } else {
                        1
                    };
                    for check in 1..=checks {
                        match find_result().await {
                            Ok(Some(value)) => return Ok(value),
                            Ok(None) if check < checks => self.back_off(check).await,
                            Ok(None) | Err(_) => break,
                        }
                    }
                    return Err(error);
                }
            }
            attempt += 1;
        }
    }

    /// A write that starts an operation under a client token. [`ClientError::AlreadyAccepted`] is a
    /// success: the token is this call's alone, so an earlier attempt was accepted.
    pub(crate) async fn start<F, S>(
        &self,
        call: impl FnMut() -> F,
        find_result: impl FnMut() -> S,
        warn: impl Fn(&ClientError),
    ) -> ClientResult<()>
    where
        F: Future<Output = ClientResult<()>>,
        S: Future<Output = ClientResult<Option<()>>>,
    {
        match self.write(call, find_result, warn).await {
            Err(ClientError::AlreadyAccepted(_)) => Ok(()),
            answer => answer,
        }
    }

    fn may_retry(&self, attempt: u32) -> bool {
        let attempts = if self.stop.is_stopped() {
            self.limits.attempts.min(ATTEMPTS_AFTER_STOP)
        } else {
            self.limits.attempts
        };
        attempt < attempts
    }

    /// Waits before a retry. A stop cuts the wait in progress short; later waits are kept, since
    /// cleaning up is worth some seconds.
    pub(crate) async fn back_off(&self, attempt: u32) {
        let was_stopped = self.stop.is_stopped();
        let longest = if was_stopped {
            MAX_BACKOFF_AFTER_STOP
        } else {
            MAX_BACKOFF
        };
        let wait = FIRST_BACKOFF
            .saturating_mul(1 << (attempt - 1).min(8))
            .min(longest);
        tokio::select! {
            () = sleep(self.jitter.around(wait)) => {}
            () = self.stop.stopped(), if !was_stopped => {}
        }
    }
}

/// Whether it is an error that a retry meets after an earlier attempt took effect.
const fn is_typical_of_a_retry(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::AlreadyExists(_)
            | ClientError::AlreadyAccepted(_)
            | ClientError::Busy(_)
            | ClientError::ChangeSetNotFound(_)
    )
}
