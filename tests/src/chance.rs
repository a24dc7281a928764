//! Pseudo-random choices from a seed.

use std::time::Duration;

use common::random::SplitMix64;

/// A stream of choices. The same seed makes the same ones.
#[derive(Clone, Debug)]
pub struct Chance(SplitMix64);

impl Chance {
    /// The choices of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Seeds that follow each other are to have nothing in common.
        Self(SplitMix64::new(SplitMix64::new(seed).next()))
    }

    /// The next number.
    #[expect(
        clippy::should_implement_trait,
        reason = "a stream of numbers that never ends"
    )]
    pub fn next(&mut self) -> u64 {
        self.0.next()
    }

    /// A stream of its own, so that what one does with it changes nothing for others.
    pub fn fork(&mut self) -> Self {
        Self::new(self.next())
    }

    /// A number below this one; nought if there is none.
    ///
    /// # Panics
    /// Never: what is left after the division fits.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    /// Whether something happens that happens so many times out of a thousand.
    pub fn permille(&mut self, times: u64) -> bool {
        self.next() % 1_000 < times
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// One of these numbers.
    pub fn of<const COUNT: usize>(&mut self, from: [u64; COUNT]) -> u64 {
        from[self.below(COUNT)]
    }

    /// A time up to this one.
    ///
    /// # Panics
    /// Never: what is left after the division fits.
    pub fn within(&mut self, longest: Duration) -> Duration {
        longest * u32::try_from(self.next() % 1_001).unwrap() / 1_000
    }
}
