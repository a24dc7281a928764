//! What a server is started with.

use std::path::PathBuf;
use std::str::FromStr;

use super::Faults;

/// Virtual seconds in a real one, unless told otherwise: a deployment of half an hour takes half a
/// minute, which is slow enough to watch.
pub const DEFAULT_SPEED: Speed = Speed(60.0);

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port; 0 for one that is free.
    pub port: u16,
    /// The folder that keeps what there is from one run to the next; without one, all is gone with
    /// the server.
    pub state: Option<PathBuf>,
    /// How fast time goes.
    pub speed: Speed,
    /// The account of callers whose access key id names none.
    pub account: String,
    /// The faults between client and model.
    pub faults: Faults,
    /// What the model is made with. What `state` keeps has its own, which counts.
    pub cloud: crate::Options,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            state: None,
            speed: DEFAULT_SPEED,
            // The account of no one, which other local endpoints use too.
            account: "000000000000".to_owned(),
            faults: Faults::default(),
            cloud: crate::Options::default(),
        }
    }
}

/// How many virtual seconds pass in a real one. With none, time moves only when it is told to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed(pub(super) f64);

impl Speed {
    /// Time moves only when it is told to.
    pub const STILL: Self = Self(0.0);
    /// Whatever takes time is over by the next call.
    pub const FASTEST: Self = Self(1e6);
}

/// Why a text is no speed.
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
