//! A machine.

use crate::capacity::Minute;
use crate::capacity::timing::RUNNING;

/// The number of a machine, in the order of launches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MachineId(pub u32);

/// One of the two data centres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    A,
    B,
}

impl Zone {
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// What a machine offers: what the agent has registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// MiB.
    pub memory: u32,
    /// CPU units.
    pub cpu: u32,
}

#[derive(Debug, Clone)]
pub struct Machine {
    pub id: MachineId,
    pub zone: Zone,
    /// When it was asked for.
    pub launched: Minute,
    /// When its agent registers.
    pub registers: Minute,
    pub lifecycle: Lifecycle,
    /// It is lost, and from when that is known.
    pub lost: Option<Minute>,
}

/// The life of a machine, as ECS sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    Booting,
    Active,
    /// Told to go: takes no tasks, and goes when it has none.
    Draining {
        since: Minute,
    },
}

impl Machine {
    /// Whether the metric counts it: from when its agent has registered. One that was told to go
    /// before that never does.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        match self.lifecycle {
            Lifecycle::Booting => false,
            Lifecycle::Active => true,
            Lifecycle::Draining { since } => self.registers <= since,
        }
    }

    /// Whether tasks are placed on it: it is active, and its agent answers.
    #[must_use]
    pub fn takes_tasks(&self) -> bool {
        self.lifecycle == Lifecycle::Active && self.lost.is_none()
    }

    /// Whether it is part of the group's capacity: from its launch until it is told to go.
    #[must_use]
    pub fn is_capacity(&self) -> bool {
        !matches!(self.lifecycle, Lifecycle::Draining { .. })
    }

    /// Whether it is `InService`.
    #[must_use]
    pub fn in_service(&self, now: Minute) -> bool {
        self.is_capacity() && self.launched + RUNNING <= now
    }

    /// Whether it is in service and has warmed up.
    #[must_use]
    pub fn is_warm(&self, now: Minute, warm_up: Minute) -> bool {
        self.is_capacity() && self.launched + RUNNING + warm_up <= now
    }
}
