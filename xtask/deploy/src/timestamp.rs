//! Points in time, as services report them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1_000;
/// The end of the year 9999, the last one that RFC 3339 writes.
const LAST: i64 = 253_402_300_799_999;

/// A point in time in UTC, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Times before 1970 and after 9999 become the nearest one in between.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < 0 {
            Self(0)
        } else if millis > LAST {
            Self(LAST)
        } else {
            Self(millis)
        }
    }

    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1_000))
    }

    /// A time as CloudFormation and most APIs write it: `2026-03-01T04:05:06.007Z`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let time = humantime::parse_rfc3339(text).ok()?;
        let millis = time.duration_since(UNIX_EPOCH).ok()?.as_millis();
        Some(Self::from_millis(i64::try_from(millis).ok()?))
    }

    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self::from_millis(self.0.saturating_add(minutes.saturating_mul(60_000)))
    }

    /// Whole days until a later time; negative where that has passed.
    #[must_use]
    pub const fn days_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0).div_euclid(MILLIS_PER_DAY)
    }

    #[must_use]
    pub const fn minutes_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(60_000)
    }

    /// `2026-03-01T04:05:06Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        humantime::format_rfc3339_seconds(self.system_time()).to_string()
    }

    fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.unsigned_abs())
    }
}

/// The day in UTC: `2026-03-01`.
impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.rfc3339().get(..10).unwrap_or_default())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-01T09:30:00.000Z", 1_767_259_800),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] {
            let time = Timestamp::from_seconds(seconds);
            assert_eq!(Timestamp::parse(text), Some(time), "{text}");
            assert_eq!(time.rfc3339(), text.replace(".000", ""));
            assert_eq!(time.to_string(), text[..10]);
        }
        for text in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn times_out_of_range_are_still_written() {
        assert_eq!(Timestamp::from_millis(i64::MIN).to_string(), "1970-01-01");
        assert_eq!(Timestamp::from_seconds(i64::MAX).to_string(), "9999-12-31");
    }

    #[test]
    fn minutes_are_added_across_days_and_years() {
        let later = |text, minutes| {
            Timestamp::parse(text)
                .unwrap()
                .plus_minutes(minutes)
                .rfc3339()
        };
        assert_eq!(later("2024-02-28T23:30:00Z", 30), "2024-02-29T00:00:00Z");
        assert_eq!(
            later("2025-12-31T23:45:00.123Z", 15),
            "2026-01-01T00:00:00Z"
        );
    }

    #[test]
    fn a_day_that_has_begun_does_not_count() {
        let day = 24 * 60 * 60;
        let now = Timestamp::from_seconds(day);
        assert_eq!(now.days_until(Timestamp::from_seconds(2 * day - 1)), 0);
        assert_eq!(now.days_until(Timestamp::from_seconds(2 * day)), 1);
        assert_eq!(now.days_until(Timestamp::from_seconds(day - 1)), -1);
    }
}
