//! When to look again. Pure.

use std::time::Duration;

use cloudformation::RateLimits;

/// How much slower it gets, at most: by a factor of this power of two.
const SLOWEST: u32 = 4;

/// The pace of looking: quick while things change, slow while they don't, slower when throttled,
/// and never so quick that the calls of the last look exceed their share of a minute.
#[derive(Debug)]
pub(super) struct Rhythm {
    shortest: Duration,
    longest: Duration,
    per_look: Duration,
    interval: Duration,
    /// How many calls the last look took.
    cost: u32,
    slowness: u32,
}

impl Rhythm {
    pub(super) fn new(pace: &RateLimits) -> Self {
        Self {
            shortest: pace.shortest,
            longest: pace.longest.max(pace.shortest),
            per_look: pace.per_look(),
            interval: pace.shortest,
            cost: 0,
            slowness: 0,
        }
    }

    /// The time from one look to the next.
    pub(super) fn pause(&self) -> Duration {
        let fair = self.per_look * self.cost;
        self.interval.max(fair) * 2_u32.pow(self.slowness)
    }

    /// How many calls a look may have beside the ones for the statuses. At least one, or events
    /// would never be read where listing takes many pages.
    pub(super) fn spare(&self, spent: u32) -> u32 {
        let per_look = self.per_look.as_millis().max(1);
        let affordable = u32::try_from(self.interval.as_millis() / per_look).unwrap_or(u32::MAX);
        affordable.saturating_sub(spent).max(1)
    }

    /// A look took this many calls.
    pub(super) const fn spent(&mut self, calls: u32) {
        self.cost = calls;
    }

    /// Something changed, or something new is waited for.
    pub(super) const fn quicken(&mut self) {
        self.interval = self.shortest;
    }

    /// Nothing changed.
    pub(super) fn settle(&mut self) {
        self.interval = (self.interval * 5 / 4).min(self.longest);
    }

    /// A look failed.
    pub(super) fn fail(&mut self) {
        self.slowness = (self.slowness + 1).min(SLOWEST);
    }

    /// A look succeeded.
    pub(super) const fn succeed(&mut self) {
        self.slowness = self.slowness.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slows_while_nothing_changes_and_quickens_when_something_does() {
        let mut rhythm = Rhythm::new(&RateLimits::default());
        assert_eq!(rhythm.pause(), Duration::from_secs(2));
        for _ in 0..20 {
            rhythm.settle();
        }
        assert_eq!(rhythm.pause(), Duration::from_secs(5));
        rhythm.quicken();
        assert_eq!(rhythm.pause(), Duration::from_secs(2));
    }

    #[test]
    fn many_pages_take_their_time() {
        let mut rhythm = Rhythm::new(&RateLimits::default());
        assert_eq!(rhythm.spare(1), 1);
        assert_eq!(rhythm.spare(10), 1);
        rhythm.spent(11);
        assert_eq!(rhythm.pause(), Duration::from_secs(11));
    }

    #[test]
    fn failures_double_the_pause_up_to_a_bound() {
        let mut rhythm = Rhythm::new(&RateLimits::default());
        rhythm.fail();
        assert_eq!(rhythm.pause(), Duration::from_secs(4));
        for _ in 0..20 {
            rhythm.fail();
        }
        assert_eq!(rhythm.pause(), Duration::from_secs(32));
        for _ in 0..20 {
            rhythm.succeed();
        }
        assert_eq!(rhythm.pause(), Duration::from_secs(2));
    }
}
