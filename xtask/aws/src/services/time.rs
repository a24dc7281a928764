//! Points in time, as AWS JSON has them: seconds since 1970, with a fraction.

use deploy::timestamp::Timestamp;
use serde::{Deserialize, Deserializer};

/// Seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Seconds {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of any date that a service could send fit, and a cast saturates"
    )]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Ok(Self(Timestamp::from_millis(
            (seconds * 1_000.0).round() as i64
        )))
    }
}

/// A point in time that may be missing.
pub(super) fn timestamp(seconds: Option<Seconds>) -> Option<Timestamp> {
    seconds.map(|Seconds(time)| time)
}
