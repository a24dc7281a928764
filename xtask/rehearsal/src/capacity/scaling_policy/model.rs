//! The alarms and scaling policies of a cluster, as far as the model understands them.

use crate::capacity::Minute;

/// How a cluster is scaled: one group, one rule out, one rule in.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalingPolicy {
    /// *v*, `MinSize`.
    pub min: u32,
    /// *w*, `MaxSize`.
    pub max: u32,
    pub scale_out: StepRule,
    pub scale_in: SimpleRule,
}

/// An alarm and the step policy that it invokes.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRule {
    pub alarm: Alarm,
    /// By how much the capacity changes, by how far the alarm's threshold is exceeded.
    pub steps: Vec<Step>,
    /// Until a machine counts as capacity, from when it is in service.
    pub warm_up: Minute,
}

/// A step: from `lower` (included) to `upper` (excluded) above the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// `MetricIntervalLowerBound`.
    pub lower: f64,
    /// `MetricIntervalUpperBound`; infinite where it is not given.
    pub upper: f64,
    /// `ScalingAdjustment`, in machines.
    pub adjustment: u32,
}

/// An alarm and the simple policy that it invokes.
#[derive(Debug, Clone, PartialEq)]
pub struct SimpleRule {
    pub alarm: Alarm,
    /// How many machines go at once.
    pub machines: u32,
    /// How long no simple policy acts after an activity of one has ended.
    pub cooldown: Minute,
}

/// An alarm on the cluster's memory reservation, one value a minute.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// What is compared, in percent.
    pub threshold: f64,
    pub comparison: Comparison,
    /// How many of the latest values must all breach it.
    pub periods: u32,
    /// What a missing value stands for.
    pub missing: Missing,
}

/// `ComparisonOperator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `GreaterThanThreshold`.
    Above,
    /// `GreaterThanOrEqualToThreshold`.
    AtLeast,
    /// `LessThanThreshold`.
    Below,
    /// `LessThanOrEqualToThreshold`.
    AtMost,
}

/// `TreatMissingData`. `missing` is not supported: its special cases depend on the order of the
/// values, and a scaling alarm must not forget its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Ignore,
    /// As a value inside the threshold.
    NotBreaching,
    /// As a value outside.
    Breaching,
}

impl Comparison {
    #[must_use]
    pub fn breaches(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::Above => value > threshold,
            Self::AtLeast => value >= threshold,
            Self::Below => value < threshold,
            Self::AtMost => value <= threshold,
        }
    }

    pub(crate) const fn is_upper(self) -> bool {
        matches!(self, Self::Above | Self::AtLeast)
    }
}

impl StepRule {
    /// How many machines more, for this value; nothing where no step covers it.
    #[must_use]
    pub fn adjustment(&self, value: f64) -> u32 {
        let excess = value - self.alarm.threshold;
        let covers = |step: &&Step| step.lower <= excess && excess < step.upper;
        self.steps
            .iter()
            .find(covers)
            .map_or(0, |step| step.adjustment)
    }
}
