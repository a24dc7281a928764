//! The trace of a simulation, minute by minute.

use std::fmt;

use crate::capacity::Minute;
use crate::capacity::cluster::Zone;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Machines of the group: launched, and not told to go.
    pub machines: u32,
    /// Machines that are told to go and not gone.
    pub draining: u32,
    /// The metric, without lag and gaps; nothing without a machine.
    pub reservation: Option<f64>,
    /// Tasks that no machine has room for.
    pub waiting: u32,
}

/// An event that the plot shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A machine more is wanted.
    ScaleOut {
        /// How many are wanted now.
        to: u32,
    },
    /// A machine less is wanted.
    ScaleIn {
        /// How many are wanted now.
        to: u32,
    },
    /// A machine is launched to balance the zones.
    Balances {
        zone: Zone,
    },
    Deploys {
        service: usize,
    },
    MachineLost,
    ZoneLost {
        zone: Zone,
    },
    ZoneBack,
    MetricGap {
        minutes: Minute,
    },
    /// A drain took too long.
    DrainCut {
        tasks: usize,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScaleOut { to } => write!(formatter, "scale out to {to} machines"),
            Self::ScaleIn { to } => write!(formatter, "scale in to {to} machines"),
            Self::Balances { zone } => write!(formatter, "balances the zones: launch in {zone:?}"),
            Self::Deploys { service } => write!(formatter, "deployment of service {}", service + 1),
            Self::MachineLost => write!(formatter, "a machine is lost"),
            Self::ZoneLost { zone } => write!(formatter, "zone {zone:?} is lost"),
            Self::ZoneBack => write!(formatter, "the zone is back"),
            Self::MetricGap { minutes } => {
                write!(formatter, "the metric is missing for {minutes} min")
            }
            Self::DrainCut { tasks } => {
                write!(formatter, "a drain is cut off, {tasks} tasks are killed")
            }
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Trace {
    pub samples: Vec<Sample>,
    pub events: Vec<(Minute, Event)>,
}
