//! The retention of logs and images.

use crate::input::Invalid;

/// How long logs and images are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Log groups, in days.
    pub logs: LogRetention,
    /// The load balancer's access logs, in days.
    pub access_logs_days: u32,
    /// Images per repository; older ones are removed.
    pub images: u32,
}

/// A retention that CloudWatch Logs accepts, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogRetention(u32);

impl LogRetention {
    /// The only values there are, in days.
    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
    pub const ALLOWED: [u32; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
        2922, 3288, 3653,
    ];

    /// A retention of so many days.
    ///
    /// # Errors
    /// When CloudWatch Logs doesn't know it.
    pub fn new(days: u32) -> Result<Self, Invalid> {
        if Self::ALLOWED.contains(&days) {
            return Ok(Self(days));
        }
        let allowed: Vec<String> = Self::ALLOWED.iter().map(u32::to_string).collect();
        let refused = Invalid::new(format!("CloudWatch Logs keeps nothing for {days} days"))
            .with_help(format!("allowed are {}", allowed.join(", ")));
        Err(
            match Self::ALLOWED.iter().find(|allowed| **allowed > days) {
                Some(next) => refused.with_help(format!("the next longer one is {next}")),
                None => refused,
            },
        )
    }

    /// In days, as CloudWatch Logs takes it.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.0
    }
}
