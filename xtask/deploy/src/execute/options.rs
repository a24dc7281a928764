//! What an execution is told, beside the plan.

use crate::clock::Clock;
use cloudformation::RateLimits;

/// How many steps are in progress at once unless told otherwise. Waiting costs no calls, so what
/// bounds it are the rates of the services behind CloudFormation.
pub const DEFAULT_CONCURRENCY: usize = 64;
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
const LONGEST_DESCRIPTION: usize = 1_024;

/// What an execution is told, beside the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many steps are in progress at once, at least one.
    pub concurrency: usize,
    /// How fast it calls.
    pub rate_limits: RateLimits,
    /// What the description of every change set says: who, which commit, why.
    pub note: String,
    /// The run's name, unique among all runs: a letter, then letters, digits and hyphens, at most
    /// 64. Names of change sets and tokens of calls begin with it, so that what this run made is
    /// told from what others made.
    pub run: String,
    /// What time it is. Without it, what others began is waited for as if it had begun now.
    pub clock: Option<Clock>,
}

impl Options {
    /// The usual, for this run.
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

    /// The note, as long as it may be.
    pub(super) fn description(&self) -> String {
        self.note.chars().take(LONGEST_DESCRIPTION).collect()
    }
}
