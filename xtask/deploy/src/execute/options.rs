//! The options of an execution.

use crate::clock::Clock;
use cloudformation::RateLimits;

/// How many steps run at once by default. Waiting costs no calls; what bounds it are the rate limits
/// of the services behind CloudFormation.
pub const DEFAULT_CONCURRENCY: usize = 64;
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
const MAX_DESCRIPTION: usize = 1_024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many steps run at once, at least one.
    pub concurrency: usize,
    pub rate_limits: RateLimits,
    /// The description of every change set: who, which commit, why.
    pub note: String,
    /// The run's name, unique among all runs: a letter, then letters, digits and hyphens, at most
    /// 64. Change set names and client tokens begin with it, which tells this run's from others'.
    pub run: String,
    /// Without a clock, deadlines of operations that were in progress before start with the run.
    pub clock: Option<Clock>,
}

impl Options {
    #[must_use]
    pub fn new(run: impl Into<String>, note: impl Into<String>) -> Self {
        Self {
            concurrency: DEFAULT_CONCURRENCY,
            rate_limits: RateLimits::default(),
            note: note.into(),
            run: run.into(),
            clock: None,
        }
    }

    /// The note, cut to the length that CloudFormation accepts.
    pub(super) fn description(&self) -> String {
        self.note.chars().take(MAX_DESCRIPTION).collect()
    }
}
