//! The state machine of a CloudWatch alarm.
//!
//! Rules from <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>:
//! an alarm asks for more values than it evaluates (its example: 5 for 3), evaluates the latest
//! that exist, and fills in for missing ones only where there are too few; an Auto Scaling action
//! is invoked again for every period that the alarm stays in `ALARM`.

use crate::capacity::Minute;
use crate::capacity::metric::Metric;
use crate::capacity::scaling_policy::{Alarm, Missing};

/// How many values an alarm asks for beyond those that it evaluates.
const FURTHER: u32 = 2;

/// A state of an alarm. `INSUFFICIENT_DATA` acts as `OK` does: not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlarmState {
    #[default]
    Ok,
    /// The action is invoked each minute.
    Alarm,
}

/// The state after an evaluation, and the value that the action is invoked with.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AlarmEvaluation {
    pub state: AlarmState,
    /// The latest value that there is; the one before where there is none.
    pub value: f64,
}

impl AlarmEvaluation {
    #[must_use]
    pub fn next(self, alarm: &Alarm, metric: &Metric, now: Minute) -> Self {
        let mut existing = 0;
        let mut breaching = 0;
        let mut value = None;
        for found in metric
            .latest(now, alarm.periods + FURTHER)
            .take(alarm.periods as usize)
        {
            value = value.or(Some(found));
            existing += 1;
            breaching += u32::from(alarm.comparison.breaches(found, alarm.threshold));
        }
        let missing = alarm.periods - existing;
        let state = match alarm.missing {
            // A value inside the threshold decides, however many are missing.
            _ if breaching < existing => AlarmState::Ok,
            _ if missing == 0 => AlarmState::Alarm,
            Missing::Ignore => self.state,
            Missing::NotBreaching => AlarmState::Ok,
            Missing::Breaching => AlarmState::Alarm,
        };
        Self {
            state,
            value: value.unwrap_or(self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::scaling_policy::Comparison;
    use common::random::SplitMix64;

    /// The table of AWS's page for 3 of 3: `0` is inside the threshold, `X` outside, `-` missing.
    /// Its sixth row (`X----`) is listed for the treatments that the model knows.
    #[test]
    fn evaluates_as_the_table_of_the_documentation() {
        for (points, ignore, breaching, not_breaching) in [
            ("0-X-X", "OK", "OK", "OK"),
            ("0----", "OK", "OK", "OK"),
            ("-----", "retain", "ALARM", "OK"),
            ("0XX-X", "ALARM", "ALARM", "ALARM"),
            ("----X", "retain", "ALARM", "OK"),
            ("X----", "retain", "ALARM", "OK"),
        ] {
            for (missing, expected) in [
                (Missing::Ignore, ignore),
                (Missing::Breaching, breaching),
                (Missing::NotBreaching, not_breaching),
            ] {
                for before in [AlarmState::Ok, AlarmState::Alarm] {
                    let after = evaluate(points, missing, before);
                    let expected = match expected {
                        "OK" => AlarmState::Ok,
                        "ALARM" => AlarmState::Alarm,
                        _ => before,
                    };
                    assert_eq!(after, expected, "{points} {missing:?} {before:?}");
                }
            }
        }
    }

    fn evaluate(points: &str, missing: Missing, state: AlarmState) -> AlarmState {
        let alarm = Alarm {
            threshold: 75.0,
            comparison: Comparison::Above,
            periods: 3,
            missing,
        };
        let mut metric = Metric::default();
        // A stream that loses nothing, whatever the seed says.
        for point in points.chars() {
            let value = (point != '-').then_some(if point == 'X' { 80.0 } else { 70.0 });
            let kept = (0..).map(SplitMix64::new).find(|random| {
                !random
                    .clone()
                    .chance(crate::capacity::timing::MISSING_PER_MILLE)
            });
            metric.publish(value, false, &mut kept.unwrap());
        }
        // Late enough that all are visible; what lies between is not published yet.
        let observation = AlarmEvaluation { state, value: 0.0 };
        observation
            .next(&alarm, &metric, points.len() as u32 + 3)
            .state
    }
}
