//! A run, for people and for machines.

mod chart;
mod json;
mod svg;
mod text;

use crate::capacity::scaling_policy::ScalingPolicy;
use crate::capacity::scenario::Scenario;
use crate::capacity::simulation::Outcome;

pub use json::json;
pub use svg::svg;
pub use text::text;

/// The run that is shown unless another is asked for; the plots that are checked in.
pub const SHOWN_SEED: u64 = 8;

/// Its length: twice three busy hours and five calm ones.
pub const SHOWN_HOURS: u32 = 16;

#[derive(Debug, Clone)]
pub struct Run<'a> {
    pub environment: String,
    pub policy: &'a ScalingPolicy,
    pub scenario: &'a Scenario,
    pub outcome: &'a Outcome,
}

/// Hours and minutes since the start.
fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
