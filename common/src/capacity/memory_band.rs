//! The memory band: bounds on a cluster's memory reservation and its number of machines.
//!
//! Lives here: the rules under which scaling on one metric neither flaps nor waits for ever, and
//! their proofs as property tests. The metric is ECS's `MemoryReservation`: the memory reserved by
//! tasks over the schedulable memory of the machines, in percent.
//!
//! Machines are all alike, scaling is by one machine. Let *n* machines of memory *M* carry
//! reservations that sum up to *S*; the metric is `r(n) = S / (n·M)`.
//!
//! # It can't oscillate: `x < y − 1/(v+1)`
//! Above *y* a machine is added: `r(n+1) = r(n)·n/(n+1) > y·n/(n+1)`. The new value must not be below
//! *x*, or the machine would be taken away again; `n = v` is the tightest case: `x ≤ y·v/(v+1)`.
//!
//! Below *x* one of *n*+1 machines is taken: it drains, and counts until it is gone. Its tasks start
//! elsewhere before they stop on it, so up to one machine's memory is reserved twice for a while:
//! `r < x + 1/(n+1)`, which must not be above *y*: tightest at `n = v` again, `x ≤ y − 1/(v+1)`. Once
//! it is gone, `r(n) < x·(n+1)/n`, which again asks for `x ≤ y·v/(v+1)`.
//!
//! As *y* is less than one, `y − 1/(v+1)` is less than `y·v/(v+1)`: it is the rule. It is strict, so
//! that a metric rounded to a whole percent or a task that comes in between does not sit on the
//! edge. In whole percent: `x·(v+1) + 100 < y·(v+1)`.
//!
//! # It can't deadlock: a task's reservation is at most `(1−y)·M`
//! If the metric is at most *y*, the machines carry at most `y·n·M`, so at least one of them carries
//! at most `y·M` and has `(1−y)·M` free: any admitted task fits there. If the metric is above *y*, a
//! machine is being added. Either way a task does not wait for ever (until *w* is reached: there
//! an alarm takes over). A machine that drains counts and takes no task: while one does, tasks may
//! wait for its end, and an alarm tells when that takes long.
//!
//! # CPU never blocks unseen: a task's share of CPU is at most its share of memory
//! Only memory is watched. With `cpu/C ≤ reservation/M` for each task, the CPU share carried by a
//! machine is at most its memory share; where memory has room for an admitted task, CPU has too.
//!
//! # *M* is not known exactly
//! It lies between [`MachineType::schedulable_memory`], a lower bound, and
//! [`MachineType::nominal_memory`]. Each rule takes the bound that makes it stricter: the lower one
//! where a task must fit, the upper one where its share is compared.

use super::{CpuUnits, MachineType, Mebibytes};
use crate::environment::Zonal;

/// Between how many machines the cluster has, and between which reservations it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MemoryBand {
    low_percent: u32,
    high_percent: u32,
    min: u32,
    max: u32,
}

/// Why a band is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages give the meaning of the fields")]
pub enum MemoryBandError {
    /// `v < 2`, or fewer machines than zones.
    #[error("a cluster has at least 2 machines, one in each zone, found min = {min}")]
    TooFewMachines { min: u32 },
    /// `w ≤ v`.
    #[error("max must be greater than min, found min = {min} and max = {max}")]
    NoSpareMachine { min: u32, max: u32 },
    /// *x* or *y* is no percentage between 0 and 100, both excluded.
    #[error("low and high are percentages from 1 to 99, found low = {low} and high = {high}")]
    NotAPercentage { low: u32, high: u32 },
    /// `x ≥ y`.
    #[error("low must be less than high, found low = {low} and high = {high}")]
    Empty { low: u32, high: u32 },
    /// `x ≥ y − 1/(v+1)`.
    #[error(
        "the cluster would oscillate: while one of {} machines drains, its tasks count twice, and \
         low = {low} may become {drained} %, which is not below high = {high}",
        u64::from(*.min) + 1
    )]
    Oscillates {
        low: u32,
        high: u32,
        min: u32,
        /// What `low` may become, rounded up.
        drained: u32,
        /// The greatest lower bound that does not oscillate; 0 where there is none.
        greatest_low: u32,
    },
}

/// Why a task is not admitted to machines under a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages give the meaning of the fields")]
pub enum AdmissionError {
    /// The reservation is more than every machine is sure to have free.
    #[error(
        "the task never fits: it reserves {reservation}, scratch space included, and {free} is what a {machine} machine is sure to \
         have free when the cluster is {high_percent} % reserved"
    )]
    NeverFits {
        reservation: Mebibytes,
        free: Mebibytes,
        machine: MachineType,
        high_percent: u32,
    },
    /// The share of CPU is greater than the share of memory.
    #[error(
        "the task takes a larger share of a {machine} machine's CPU than of its memory: {cpu} of {total}, \
         where a reservation of {reservation} admits {admitted}"
    )]
    CpuShare {
        cpu: CpuUnits,
        /// What it may take with this reservation.
        admitted: CpuUnits,
        reservation: Mebibytes,
        total: CpuUnits,
        machine: MachineType,
    },
}

impl MemoryBand {
    /// Keeps the reservation between *x* = `low_percent` and *y* = `high_percent`, with between
    /// *v* = `min` and *w* = `max` machines.
    ///
    /// # Errors
    /// When a rule of this module's documentation is broken.
    pub const fn new(
        low_percent: u32,
        high_percent: u32,
        min: u32,
        max: u32,
    ) -> Result<Self, MemoryBandError> {
        let (low, high) = (low_percent, high_percent);
        // A rolling replacement keeps `min` in service, and a zone without a machine is none.
        if min < 2 || (min as usize) < Zonal::<()>::COUNT {
            return Err(MemoryBandError::TooFewMachines { min });
        }
        // The replacement of a machine, and scaling at all, take one more.
        if max <= min {
            return Err(MemoryBandError::NoSpareMachine { min, max });
        }
        if low == 0 || low > 99 || high == 0 || high > 99 {
            return Err(MemoryBandError::NotAPercentage { low, high });
        }
        if low >= high {
            return Err(MemoryBandError::Empty { low, high });
        }
        // In 64 bits nothing overflows: 99 · 2^32.
        let machines = min as u64 + 1;
        let room = (high as u64 * machines).saturating_sub(100);
        if low as u64 * machines >= room {
            // At most 99 + 34, and less than `high`.
            let drained = (low as u64 + 100_u64.div_ceil(machines)) as u32;
            let greatest_low = (room.saturating_sub(1) / machines) as u32;
            return Err(MemoryBandError::Oscillates {
                low,
                high,
                min,
                drained,
                greatest_low,
            });
        }
        Ok(Self {
            low_percent,
            high_percent,
            min,
            max,
        })
    }

    /// *x*: below it, a machine is taken.
    #[must_use]
    pub const fn low_percent(&self) -> u32 {
        self.low_percent
    }

    /// *y*: above it, a machine is added.
    #[must_use]
    pub const fn high_percent(&self) -> u32 {
        self.high_percent
    }

    /// *v*: never fewer machines.
    #[must_use]
    pub const fn min(&self) -> u32 {
        self.min
    }

    /// *w*: never more machines.
    #[must_use]
    pub const fn max(&self) -> u32 {
        self.max
    }

    /// The most that a task may reserve on such machines: `(1−y)·M`, rounded down.
    #[must_use]
    pub const fn largest_reservation(&self, machine: &MachineType) -> Mebibytes {
        let free =
            machine.schedulable_memory().get() as u64 * (100 - self.high_percent as u64) / 100;
        Mebibytes(free as u32)
    }

    /// Whether tasks of this size never wait for ever on such machines.
    ///
    /// # Errors
    /// When the task could wait for ever, with the rule that it breaks.
    pub fn admits(
        &self,
        machine: &MachineType,
        reservation: Mebibytes,
        cpu: CpuUnits,
    ) -> Result<(), AdmissionError> {
        let free = self.largest_reservation(machine);
        if reservation > free {
            return Err(AdmissionError::NeverFits {
                reservation,
                free,
                machine: *machine,
                high_percent: self.high_percent,
            });
        }
        let (total, memory) = (machine.cpu(), machine.nominal_memory());
        let share = u64::from(total.get()) * u64::from(reservation.get()) / u64::from(memory.get());
        if u64::from(cpu.get()) > share {
            // Not more than the machine has, because the reservation is not.
            let admitted = CpuUnits(u32::try_from(share).unwrap_or(u32::MAX));
            let machine = *machine;
            return Err(AdmissionError::CpuShare {
                cpu,
                admitted,
                reservation,
                total,
                machine,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
