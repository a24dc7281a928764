//! A task.

use super::MachineId;
use crate::capacity::Minute;

/// A task of a service.
#[derive(Debug, Clone)]
pub struct Task {
    /// Index of its service.
    pub service: usize,
    /// Which deployment it belongs to.
    pub release: u32,
    /// Where it is; nowhere while it waits.
    pub machine: Option<MachineId>,
    /// What it does.
    pub phase: Phase,
    /// ECS moves it to the other zone.
    pub moving: bool,
}

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// For a machine with room.
    Waiting,
    /// It has its place, and is not healthy yet.
    Starting {
        /// When it will be.
        healthy: Minute,
    },
    /// It serves.
    Healthy,
    /// It holds its memory until it is gone.
    Stopping {
        /// When it is.
        gone: Minute,
    },
}

impl Task {
    pub(super) fn pass(&mut self, now: Minute) {
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
