//! Durations that the template doesn't define, in minutes.
//!
//! Each is a range; the simulation draws from it. They are assumptions, written in one place, so
//! that a measurement of a real cluster can replace them.

use crate::capacity::Minute;

/// From the launch to the state `InService`: a launch without lifecycle hook is in service as soon
/// as the machine runs, before its script has ended
/// (<https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html>).
pub const RUNNING: Minute = 1;

/// From the launch until the ECS agent has registered: boot, packages, agents.
pub const BOOT: (Minute, Minute) = (2, 4);

/// Between the end of a minute and its value being there for an alarm.
pub const METRIC_LAG: (Minute, Minute) = (1, 2);

/// From the placement of a task until it is healthy: image, start, health check.
pub const TASK_START: (Minute, Minute) = (1, 3);

/// From the decision to stop a task until its memory is free: deregistration, then `SIGTERM`.
pub const TASK_STOP: (Minute, Minute) = (1, 3);

/// From the loss of a machine until Auto Scaling and ECS know: failed status checks
/// (<https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html>).
pub const LOSS_DETECTED: (Minute, Minute) = (2, 5);

/// The longest that ECS holds a draining machine: 48 hours
/// (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html>).
pub const LONGEST_DRAIN: Minute = 48 * 60;

/// Metric values that never come, of 1,000.
pub const MISSING_PER_MILLE: u32 = 10;
