//! Virtual time: scaled real time since the start, and the time that was skipped.

use std::time::{Duration, Instant};

use super::Speed;
use crate::api::Time;

/// The end of the year 9999: clients can't read later dates.
const MAX_TIME: Time = Time(253_402_300_799_999);

#[derive(Clone, Debug)]
pub(super) struct Clock {
    base: Time,
    started: Instant,
    speed: Speed,
}

impl Clock {
    pub(super) fn new(base: Time, speed: Speed) -> Self {
        Self {
            base,
            started: Instant::now(),
            speed,
        }
    }

    pub(super) fn now(&self) -> Time {
        self.after(self.started.elapsed())
    }

    pub(super) const fn speed(&self) -> Speed {
        self.speed
    }

    pub(super) fn skip(&mut self, time: Duration) {
        self.base = later(self.base, time);
    }

    /// Skips to a point in time, if it is in the future.
    pub(super) fn skip_to(&mut self, time: Time) {
        let missing = time.0.saturating_sub(self.now().0);
        self.skip(Duration::from_millis(missing));
    }

    fn after(&self, elapsed: Duration) -> Time {
        // Both are far below the overflow: 10^6, and the uptime of a computer.
        later(self.base, elapsed.mul_f64(self.speed.0))
    }
}

fn later(time: Time, by: Duration) -> Time {
    let milliseconds = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
    Time(time.0.saturating_add(milliseconds)).min(MAX_TIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_scaled() {
        let clock = Clock::new(Time(1_000), Speed(60.0));
        assert_eq!(clock.after(Duration::from_secs(2)), Time(121_000));
    }

    #[test]
    fn time_that_stands_still_moves_when_told_to() {
        let mut clock = Clock::new(Time(1_000), Speed::STILL);
        clock.skip(Duration::from_secs(3));
        assert_eq!(clock.now(), Time(4_000));
        clock.skip_to(Time(5_000));
        clock.skip_to(Time(2_000));
        assert_eq!(clock.now(), Time(5_000));
    }

    #[test]
    fn time_ends_where_dates_do() {
        let clock = Clock::new(Time(0), Speed::FASTEST);
        let end = clock.after(Duration::from_secs(1 << 40));
        assert_eq!(crate::text::timestamp(end), "9999-12-31T23:59:59.999Z");
    }
}
