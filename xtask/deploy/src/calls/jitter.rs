//! Random deviations of waiting times, so that two deployers don't call in step.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use common::random::SplitMix64;

/// A seeded stream: a run can be repeated with the same deviations.
#[derive(Debug)]
pub(crate) struct Jitter(Mutex<SplitMix64>);

impl Jitter {
    pub(crate) fn new(seed: u64, run: &str) -> Self {
        // FNV-1a: enough to tell two runs apart.
        let hash = run.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self(Mutex::new(SplitMix64::new(hash ^ seed)))
    }

    /// A time within a tenth of this one.
    pub(crate) fn around(&self, time: Duration) -> Duration {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let share = stream.between(0, 200);
        time * (900 + share) / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_a_tenth_and_repeats() {
        let time = Duration::from_secs(10);
        let some = |run| {
            let jitter = Jitter::new(7, run);
            (0..100).map(|_| jitter.around(time)).collect::<Vec<_>>()
        };
        let first = some("a");
        assert!(
            first
                .iter()
                .all(|time| (Duration::from_secs(9)..=Duration::from_secs(11)).contains(time))
        );
        assert_eq!(first, some("a"));
        assert_ne!(first, some("b"));
    }
}
