//! Tasks of services.

use super::machine::MachineId;
use crate::capacity::Minute;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// MiB that it reserves.
    pub memory: u32,
    pub cpu: u32,
}

impl Shape {
    #[must_use]
    pub const fn fits(self, free: Self) -> bool {
        self.memory <= free.memory && self.cpu <= free.cpu
    }
}

#[derive(Debug, Clone)]
pub struct Task {
    /// Index of its service.
    pub service: usize,
    /// Which deployment it belongs to.
    pub release: u32,
    /// Where it is; nowhere while it waits.
    pub machine: Option<MachineId>,
    pub phase: Phase,
    /// ECS moves it to the other zone.
    pub rebalancing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// For a machine with room.
    Waiting,
    /// It has its place, and is not healthy yet.
    Starting {
        healthy: Minute,
    },
    Healthy,
    /// It holds its memory until it is gone.
    Stopping {
        gone: Minute,
    },
}

impl Task {
    pub(super) fn advance(&mut self, now: Minute) {
        if matches!(self.phase, Phase::Starting { healthy } if healthy <= now) {
            self.phase = Phase::Healthy;
        }
    }

    pub(super) fn is_gone(&self, now: Minute) -> bool {
        matches!(self.phase, Phase::Stopping { gone } if gone <= now)
    }

    pub(super) const fn stops(&self) -> bool {
        matches!(self.phase, Phase::Stopping { .. })
    }
}
