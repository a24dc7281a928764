//! How many calls a minute may have.
//!
//! A generic cell rate algorithm: an even pace, and a few calls at once after a rest. Being
//! throttled makes the pace slower, being answered makes it recover.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How many calls may follow each other at once after a rest.
const BURST: u32 = 10;
/// How much slower than its pace it gets at most, in thousandths.
const SLOWEST: u32 = 8_000;

/// The calls that are left.
#[derive(Debug)]
pub(crate) struct Budget {
    per_call: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// When the call after the ones that were let through would be due at an even pace.
    due: Instant,
    /// How much slower than its pace it is, in thousandths.
    slowness: u32,
}

impl Budget {
    /// A budget of one call per this time.
    pub(crate) fn new(per_call: Duration) -> Self {
        Self {
            per_call,
            state: Mutex::new(State {
                due: Instant::now(),
                slowness: 1_000,
            }),
        }
    }

    /// Waits until a call may be made. First come, first served.
    pub(crate) async fn slot(&self) {
        sleep_until(self.reserve()).await;
    }

    fn reserve(&self) -> Instant {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let each = self.per_call * state.slowness / 1_000;
        let due = state.due.max(now);
        state.due = due + each;
        // What would be due within the burst may go now.
        due.checked_sub(self.per_call * (BURST - 1))
            .unwrap_or(now)
            .max(now)
    }

    /// The service said that it was too much.
    pub(crate) fn throttled(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.slowness = (state.slowness * 2).min(SLOWEST);
    }

    /// The service answered.
    pub(crate) fn answered(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.slowness = (state.slowness * 19 / 20).max(1_000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minute_has_the_calls_it_may_and_a_burst() {
        let budget = Budget::new(Duration::from_millis(250));
        let begin = Instant::now();
        let mut calls = 0;
        loop {
            budget.slot().await;
            if begin.elapsed() >= Duration::from_secs(60) {
                break;
            }
            calls += 1;
        }
        assert_eq!(calls, 240 + BURST - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_slows_and_answers_recover() {
        let budget = Budget::new(Duration::from_secs(1));
        for _ in 0..BURST {
            budget.slot().await;
        }
        budget.throttled();
        budget.slot().await;
        let begin = Instant::now();
        budget.slot().await;
        assert_eq!(begin.elapsed(), Duration::from_secs(2));
        for _ in 0..100 {
            budget.answered();
        }
        budget.slot().await;
        let begin = Instant::now();
        budget.slot().await;
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
    }
}
