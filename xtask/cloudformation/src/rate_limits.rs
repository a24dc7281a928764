//! How fast the engine calls.

use std::time::Duration;

/// How fast the engine calls CloudFormation.
///
/// AWS does not publish the rates of CloudFormation's API. Eight to ten reads a second, sustained,
/// were throttled in a public account of it
/// (<https://github.com/aws/aws-cdk-cli/issues/1709>), and other people and pipelines call the same
/// account. The default stays at half of that in all, and at a tenth of it while it only waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// How many calls of all kinds a minute may have.
    pub calls_per_minute: u32,
    /// How many calls a minute may be spent on looking at what is in progress. It does not grow
    /// with the number of stacks.
    pub looks_per_minute: u32,
    /// The time between two looks while things change.
    pub shortest: Duration,
    /// The time between two looks while nothing changes.
    pub longest: Duration,
    /// How often a call is tried before its failure counts. A poll of what is in progress is tried
    /// without end.
    pub attempts: u32,
    /// The seed of the jitter, together with the name of the run.
    pub seed: u64,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            calls_per_minute: 240,
            looks_per_minute: 60,
            shortest: Duration::from_secs(2),
            longest: Duration::from_secs(5),
            attempts: 8,
            seed: 0,
        }
    }
}

impl RateLimits {
    /// The time that one call is worth.
    #[must_use]
    pub fn per_call(&self) -> Duration {
        Duration::from_secs(60) / self.calls_per_minute.max(1)
    }

    /// The time that one call is worth while it only waits.
    #[must_use]
    pub fn per_look(&self) -> Duration {
        Duration::from_secs(60) / self.looks_per_minute.max(1)
    }
}
