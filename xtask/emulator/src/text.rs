//! Timestamps.

use std::str::FromStr;

use crate::api::Time;

const DAY: u64 = 86_400_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time as CloudFormation writes it")]
pub struct NotATime;

impl FromStr for Time {
    type Err = NotATime;

    /// Reads what `timestamp` writes.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let part = |from: usize, to: usize| -> Option<u64> { text.get(from..to)?.parse().ok() };
        let time = || {
            let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
            let of_day = (part(11, 13)? * 60 + part(14, 16)?) * 60 + part(17, 19)?;
            Some(Self(
                days(year, month, day) * DAY + of_day * 1000 + part(20, 23)?,
            ))
        };
        time().ok_or(NotATime)
    }
}

/// A time in ISO 8601, UTC, with milliseconds: `2026-01-01T00:00:00.000Z`.
pub(crate) fn timestamp(time: Time) -> String {
    let (year, month, day) = civil(time.0 / DAY);
    let rest = time.0 % DAY;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        rest / 3_600_000,
        rest / 60_000 % 60,
        rest / 1000 % 60,
        rest % 1000
    )
}

/// The date of a day since 1970-01-01, in eras of 400 years that begin in March.
const fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// The inverse of [`civil`].
const fn days(year: u64, month: u64, day: u64) -> u64 {
    let (year, march_month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let year_of_era = year % 400;
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    let of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + of_year;
    year / 400 * 146_097 + of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_a_date() {
        assert_eq!(timestamp(Time(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(
            timestamp(Time(1_767_225_600_000)),
            "2026-01-01T00:00:00.000Z"
        );
        assert_eq!(
            timestamp(Time(1_709_210_096_789)),
            "2024-02-29T12:34:56.789Z"
        );
        for time in [0, 1_767_225_600_000, 1_709_210_096_789].map(Time) {
            assert_eq!(timestamp(time).parse(), Ok(time));
        }
    }
}
