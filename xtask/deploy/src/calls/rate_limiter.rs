//! A rate limiter that adapts to throttling.
//!
//! The generic cell rate algorithm: calls are spaced evenly, with a short burst after idle time. A
//! throttled call slows the rate down, answered calls let it recover.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How many calls may follow each other at once after idle time.
const BURST: u32 = 10;
/// How much slower than configured the rate gets at most, in thousandths.
const MAX_SLOWDOWN: u32 = 8_000;

#[derive(Debug)]
pub(crate) struct RateLimiter {
    per_call: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// When the next call is due if calls are spaced evenly.
    due: Instant,
    /// How much slower than configured the rate is, in thousandths.
    slowdown: u32,
}

impl RateLimiter {
    /// Allows one call per this time.
    pub(crate) fn new(per_call: Duration) -> Self {
        Self {
            per_call,
            state: Mutex::new(State {
                due: Instant::now(),
                slowdown: 1_000,
            }),
        }
    }

    /// Waits until a call may be made, in the order of arrival.
    pub(crate) async fn acquire(&self) {
        sleep_until(self.reserve()).await;
    }

    fn reserve(&self) -> Instant {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let each = self.per_call * state.slowdown / 1_000;
        let due = state.due.max(now);
        state.due = due + each;
        // A call that is due within the burst may be made now.
        due.checked_sub(self.per_call * (BURST - 1))
            .unwrap_or(now)
            .max(now)
    }

    pub(crate) fn throttled(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.slowdown = (state.slowdown * 2).min(MAX_SLOWDOWN);
    }

    pub(crate) fn answered(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.slowdown = (state.slowdown * 19 / 20).max(1_000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minute_has_the_calls_it_may_and_a_burst() {
        let limiter = RateLimiter::new(Duration::from_millis(250));
        let begin = Instant::now();
        let mut calls = 0;
        loop {
            limiter.acquire().await;
            if begin.elapsed() >= Duration::from_secs(60) {
                break;
            }
            calls += 1;
        }
        assert_eq!(calls, 240 + BURST - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_slows_and_answers_recover() {
        let limiter = RateLimiter::new(Duration::from_secs(1));
        for _ in 0..BURST {
            limiter.acquire().await;
        }
        limiter.throttled();
        limiter.acquire().await;
        let begin = Instant::now();
        limiter.acquire().await;
        assert_eq!(begin.elapsed(), Duration::from_secs(2));
        for _ in 0..100 {
            limiter.answered();
        }
        limiter.acquire().await;
        let begin = Instant::now();
        limiter.acquire().await;
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
    }
}
