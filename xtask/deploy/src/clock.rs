//! The wall clock of a run.
//!
//! The engine itself knows only tokio's clock, which measures durations. The program that runs it
//! says once what time it is, so that operations are timed that started before the run.

use std::time::Duration;

use tokio::time::Instant;

use crate::timestamp::Timestamp;

/// A point in time, and when it was the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    start: Timestamp,
    at: Instant,
}

impl Clock {
    /// A clock that shows this time now.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            start,
            at: Instant::now(),
        }
    }

    /// Zero for a time in the future.
    pub(crate) fn elapsed_since(&self, time: Timestamp) -> Duration {
        let now = Duration::from_millis(self.start.millis().unsigned_abs()) + self.at.elapsed();
        now.saturating_sub(Duration::from_millis(time.millis().unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn elapsed_time_goes_on_with_the_runtime() {
        let clock = Clock::starting_at(Timestamp::from_seconds(1_767_259_800));
        tokio::time::sleep(Duration::from_secs(60)).await;
        let since = |text| clock.elapsed_since(Timestamp::parse(text).unwrap());
        assert_eq!(since("2026-01-01T09:00:00Z"), Duration::from_secs(31 * 60));
        assert_eq!(since("2027-01-01T09:00:00Z"), Duration::ZERO);
    }
}
