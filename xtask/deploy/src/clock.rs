//! What time it is, as far as somebody says.
//!
//! The engine has no clock but tokio's, which knows durations. Whoever runs it says once what time it
//! was; so it can tell how long something goes on that began before the run.

use std::time::Duration;

use tokio::time::Instant;

/// A time, and when that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    unix: u64,
    at: Instant,
}

impl Clock {
    /// It is now this many seconds after the epoch.
    #[must_use]
    pub fn set_to(unix: u64) -> Self {
        Self {
            unix,
            at: Instant::now(),
        }
    }

    /// How long ago something was, by a time as CloudFormation writes it. Nothing of what is no time;
    /// what is in the future was just now.
    pub(crate) fn since(&self, text: &str) -> Option<Duration> {
        let then = seconds(text)?;
        let now = self.unix + self.at.elapsed().as_secs();
        Some(Duration::from_secs(now.saturating_sub(then)))
    }
}

/// The time so many minutes after another, both as CloudFormation writes them.
pub(crate) fn later(text: &str, minutes: u64) -> Option<String> {
    let all = seconds(text)? + minutes * 60;
    let (year, month, day) = date(all / 86_400);
    let of_day = all % 86_400;
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    ))
}

/// The seconds from the epoch to a time in UTC: `2026-01-01T09:30:00.000Z`.
fn seconds(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let separated = |at: usize, what: u8| text.as_bytes().get(at) == Some(&what);
    if !(separated(4, b'-') && separated(7, b'-') && separated(10, b'T') && separated(13, b':')) {
        return None;
    }
    let days = days(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    Some(days * 86_400 + number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?)
}

/// The days from the epoch to a day. Years begin in March, so that the odd day is their last.
///
/// <https://howardhinnant.github.io/date_algorithms.html>
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 {
        year.checked_sub(1)?
    } else {
        year
    };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    (year * 365 + year / 4 - year / 100 + year / 400 + of_year).checked_sub(719_468)
}

/// The day that is so many days after the epoch.
fn date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2026-01-01T09:30:00.000Z"), Some(1_767_259_800));
        assert_eq!(seconds("2024-02-29T23:59:59Z"), Some(1_709_251_199));
        assert_eq!(seconds("yesterday"), None);
        let later = |text, minutes| super::later(text, minutes).unwrap();
        assert_eq!(later("2024-02-28T23:30:00Z", 30), "2024-02-29T00:00:00Z");
        assert_eq!(
            later("2025-12-31T23:45:00.123Z", 15),
            "2026-01-01T00:00:00Z"
        );
        assert_eq!(later("2026-03-01T00:00:00Z", 0), "2026-03-01T00:00:00Z");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_is_as_long_ago_as_the_clock_says() {
        let clock = Clock::set_to(1_767_259_800);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(
            clock.since("2026-01-01T09:00:00Z"),
            Some(Duration::from_secs(31 * 60))
        );
        assert_eq!(clock.since("2027-01-01T09:00:00Z"), Some(Duration::ZERO));
    }
}
