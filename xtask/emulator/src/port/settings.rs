//! How a caller in process reaches the cloud.

use std::time::Duration;

use crate::api::{Caller, Time};

/// How a caller in process reaches the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub caller: Caller,
    /// What time it is when the port is made.
    pub epoch: Time,
    /// How long a call takes, half before it is performed and half after.
    pub latency: Duration,
    /// How many virtual seconds pass in a second of tokio's.
    pub speed: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            caller: Caller {
                account: "111122223333".to_owned(),
                region: "eu-west-1".to_owned(),
            },
            // 2026-01-01T00:00:00Z
            epoch: Time(1_767_225_600_000),
            latency: Duration::from_millis(80),
            speed: 1,
        }
    }
}
