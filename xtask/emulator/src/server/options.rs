//! Options of a server.

use std::path::PathBuf;
use std::str::FromStr;

use super::RequestFaults;

/// The default number of virtual seconds per real second: a deployment of half an hour takes half a
/// minute, which is slow enough to watch.
pub const DEFAULT_SPEED: Speed = Speed(60.0);

#[derive(Clone, Debug)]
pub struct Options {
    /// 0 selects a free port.
    pub port: u16,
    /// The folder that keeps the state from one run to the next. Without one, the state is lost
    /// when the server stops.
    pub state: Option<PathBuf>,
    pub speed: Speed,
    /// The account of callers whose access key id is not an account.
    pub account: String,
    /// Faults between client and model.
    pub faults: RequestFaults,
    /// The options of a new model. A model that `state` keeps has its own, which take precedence.
    pub cloud: crate::Options,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            state: None,
            speed: DEFAULT_SPEED,
            // The account that other local endpoints use, too.
            account: "000000000000".to_owned(),
            faults: RequestFaults::default(),
            cloud: crate::Options::default(),
        }
    }
}

/// Virtual seconds per real second. At 0, only control requests advance the time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed(pub(super) f64);

impl Speed {
    /// Only control requests advance the time.
    pub const STILL: Self = Self(0.0);
    /// Every operation is complete by the next call.
    pub const FASTEST: Self = Self(1e6);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a speed is a number from 0 to 1,000,000")]
pub struct SpeedError;

impl FromStr for Speed {
    type Err = SpeedError;

    fn from_str(text: &str) -> Result<Self, SpeedError> {
        let speed: f64 = text.parse().map_err(|_| SpeedError)?;
        if (Self::STILL.0..=Self::FASTEST.0).contains(&speed) {
            Ok(Self(speed))
        } else {
            Err(SpeedError)
        }
    }
}

impl std::fmt::Display for Speed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
