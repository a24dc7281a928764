//! The metric as alarms see it: late, and with gaps.

use crate::capacity::Minute;
use crate::capacity::timing::{METRIC_LAG, MISSING_PER_MILLE};
use common::random::SplitMix64;

/// The values of `MemoryReservation`, one a minute.
#[derive(Debug, Clone, Default)]
pub struct Metric {
    points: Vec<Point>,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    visible: Minute,
    value: Option<f64>,
}

impl Metric {
    /// Adds the value of the minute that begins now; it is seen one or two minutes after its end.
    /// `gap` says that nothing is published now.
    pub fn publish(&mut self, value: Option<f64>, gap: bool, random: &mut SplitMix64) {
        let lost = gap || random.chance(MISSING_PER_MILLE);
        let now = self.points.len() as Minute;
        self.points.push(Point {
            visible: now + random.between(METRIC_LAG.0, METRIC_LAG.1),
            value: value.filter(|_| !lost),
        });
    }

    /// The values that there are now of the last `count` whole minutes, latest first.
    pub fn latest(&self, now: Minute, count: u32) -> impl Iterator<Item = f64> {
        let points = self.points.get(..now as usize).unwrap_or(&self.points);
        points
            .iter()
            .rev()
            .take(count as usize)
            .filter(move |point| point.visible <= now)
            .filter_map(|point| point.value)
    }
}
