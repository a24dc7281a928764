//! Points in time, as services give them.

use std::fmt;

use serde::{Serialize, Serializer};

const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1_000;

/// A point in time: milliseconds since 1970, without leap seconds. Most services send seconds with a
/// fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// So many milliseconds after the beginning of 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// So many seconds after the beginning of 1970.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000))
    }

    /// Milliseconds since the beginning of 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole days from this to another one; less than zero if that is over.
    #[must_use]
    pub const fn days_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0).div_euclid(MILLIS_PER_DAY)
    }

    /// Minutes from another one to this.
    #[must_use]
    pub const fn minutes_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(60_000)
    }

    /// The beginning of the day, in UTC, that a text such as `2026-03-01T04:05:06.007Z` begins with.
    #[must_use]
    pub fn of_day(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.splitn(3, '-');
        let mut part = || parts.next()?.parse::<i64>().ok();
        let (year, month, day) = (part()?, part()?, part()?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        // The inverse of `civil`, from the same page.
        let (year, month_from_march) = match month {
            1 | 2 => (year - 1, month + 9),
            _ => (year, month - 3),
        };
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = year.div_euclid(400) * 146_097 + day_of_era - 719_468;
        Some(Self(days * MILLIS_PER_DAY))
    }

    /// Year, month and day in UTC.
    ///
    /// Counted in eras of 400 years that begin in March, so that the leap day is the last of its
    /// year: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
    const fn civil(self) -> (i64, i64, i64) {
        let days = self.0.div_euclid(MILLIS_PER_DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }
}

/// The day in UTC: `2026-03-01`.
impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400, "2000-02-29"),
            (1_709_164_800, "2024-02-29"),
            (1_767_225_599, "2025-12-31"),
            (1_767_225_600, "2026-01-01"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(Moment::from_seconds(seconds).to_string(), day);
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for day in [
            "1969-12-31",
            "1970-01-01",
            "2000-02-29",
            "2025-12-31",
            "2026-03-01",
            "2100-03-01",
        ] {
            let with_time = format!("{day}T23:59:59.000Z");
            for text in [day, &with_time] {
                let read = Moment::of_day(text).map(|moment| moment.to_string());
                assert_eq!(read.as_deref(), Some(day));
            }
        }
        for text in ["", "2026-3-1", "2026-13-01", "2026-01-00", "yesterday!"] {
            assert_eq!(Moment::of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_that_has_begun_does_not_count() {
        let now = Moment::from_seconds(0);
        let day = 24 * 60 * 60;
        assert_eq!(now.days_until(Moment::from_seconds(day - 1)), 0);
        assert_eq!(now.days_until(Moment::from_seconds(day)), 1);
        assert_eq!(now.days_until(Moment::from_seconds(-1)), -1);
    }
}
