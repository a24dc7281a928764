//! The proofs of the band's rules, as properties.
//!
//! Reservations are compared as whole numbers: `r(n) > y` is `100·S > y·n·M`.

use proptest::prelude::*;

use super::{AdmissionError, MemoryBand, MemoryBandError};
use crate::capacity::{CpuUnits, MachineType, Mebibytes};

/// The memory of a machine in the properties that hold for every machine.
const MACHINE: u64 = 1_000_000;

fn band() -> impl Strategy<Value = MemoryBand> {
    (1..=99_u32, 36..=99_u32, 2..=40_u32, 1..=40_u32)
        .prop_filter_map("rules of the band", |(low, high, min, more)| {
            MemoryBand::new(low % high, high, min, min + more).ok()
        })
}

fn machine() -> impl Strategy<Value = MachineType> {
    proptest::sample::select(MachineType::all().collect::<Vec<_>>())
}

fn above(band: &MemoryBand, reserved: u64, machines: u32) -> bool {
    100 * reserved > u64::from(band.high_percent()) * u64::from(machines) * MACHINE
}

fn below(band: &MemoryBand, reserved: u64, machines: u32) -> bool {
    100 * reserved < u64::from(band.low_percent()) * u64::from(machines) * MACHINE
}

proptest! {
    #[test]
    fn adding_a_machine_never_leads_below_the_band(
        (band, machines) in band().prop_flat_map(|band| (Just(band), band.min()..band.max())),
        more in 1..MACHINE,
    ) {
        let high = u64::from(band.high_percent()) * u64::from(machines) * MACHINE / 100;
        prop_assert!(above(&band, high + more, machines));
        prop_assert!(!below(&band, high + more, machines + 1));
    }

    #[test]
    fn taking_a_machine_never_leads_above_the_band(
        (band, machines) in band().prop_flat_map(|band| (Just(band), band.min()..band.max())),
        less in 1..MACHINE,
    ) {
        let low = u64::from(band.low_percent()) * u64::from(machines + 1) * MACHINE / 100;
        let reserved = low.saturating_sub(less);
        prop_assert!(below(&band, reserved, machines + 1));
        prop_assert!(!above(&band, reserved, machines));
    }

    /// The cluster over time, minute by minute, with what delays it: the metric lags, a machine
    /// takes time to start, and one that drains counts until it is gone. Under a constant
    /// reservation it only ever scales one way, and comes to rest.
    #[test]
    fn a_constant_reservation_is_never_answered_with_scaling_both_ways(
        (band, start) in band().prop_flat_map(|band| (Just(band), band.min()..=band.max())),
        reserved in 0..80 * MACHINE,
        lag in 0..4_usize,
        starting in 1..6_usize,
        draining in 1..12_usize,
    ) {
        let (mut outs, mut ins) = (0, 0);
        let mut desired = start;
        // Machines that count at each minute; a change of `desired` is scheduled into the future.
        let mut counted = vec![start; 4096];
        let (mut warm_from, mut cool_from) = (0, 0);
        let mut last_action = 0;
        for minute in 0..4000_usize {
            let seen = counted[minute.saturating_sub(lag)];
            if above(&band, reserved, seen) && desired < band.max() && minute >= warm_from {
                desired += 1;
                counted[minute + starting..].fill(desired);
                warm_from = minute + starting + lag + 1;
                (outs, last_action) = (outs + 1, minute);
            } else if below(&band, reserved, seen) && desired > band.min() && minute >= cool_from {
                desired -= 1;
                counted[minute + draining..].fill(desired);
                cool_from = minute + draining + lag + 1;
                (ins, last_action) = (ins + 1, minute);
            }
        }
        prop_assert!(outs == 0 || ins == 0, "{outs} out, {ins} in");
        prop_assert!(last_action < 2000, "still scaling after {last_action} minutes");
    }

    /// However tasks were placed: while the average is not above the band, some machine has room
    /// for any admitted task, in memory and in CPU.
    #[test]
    fn an_admitted_task_fits_or_a_machine_is_being_added(
        band in band(),
        machine in machine(),
        machines in 2..8_usize,
        beyond_the_bound in 0..=1000_u64,
        placements in proptest::collection::vec((0..8_usize, 0..=1000_u64, 0..=1000_u64), 0..400),
        next in (0..=1000_u64, 0..=1000_u64),
    ) {
        // What the machine really has, anywhere between what is sure and what is advertised.
        let (least, most) = (machine.schedulable_memory().get(), machine.nominal_memory().get());
        let memory = least + (u64::from(most - least) * beyond_the_bound / 1000) as u32;
        let cpu = machine.cpu().get();
        let task = |(size, share): (u64, u64)| {
            let largest = u64::from(band.largest_reservation(&machine).get());
            let reservation = largest * size / 1000;
            let most_cpu = u64::from(cpu) * reservation / u64::from(most);
            let task = (Mebibytes(reservation as u32), CpuUnits((most_cpu * share / 1000) as u32));
            assert_eq!(band.admits(&machine, task.0, task.1), Ok(()));
            (task.0.get(), task.1.get())
        };
        let mut free = vec![(memory, cpu); machines];
        let fits = |free: (u32, u32), task: (u32, u32)| task.0 <= free.0 && task.1 <= free.1;
        for (on, size, share) in placements {
            let task = task((size, share));
            let on = &mut free[on % machines];
            if fits(*on, task) {
                *on = (on.0 - task.0, on.1 - task.1);
            }
        }
        let reserved: u64 = free.iter().map(|free| u64::from(memory - free.0)).sum();
        let high = u64::from(band.high_percent()) * u64::from(memory) * machines as u64;
        let next = task(next);
        prop_assert!(100 * reserved > high || free.iter().any(|free| fits(*free, next)));
    }
}

/// The tasks of a machine that drains count twice until it is gone, up to all of its memory.
#[test]
fn a_draining_machine_never_leads_above_the_band() {
    for (low, high, min) in every_band() {
        let Ok(band) = MemoryBand::new(low, high, min, min + 1) else {
            continue;
        };
        for machines in min + 1..min + 8 {
            let below_low = u64::from(low) * u64::from(machines) * MACHINE / 100;
            assert!(!above(&band, below_low + MACHINE, machines));
        }
    }
}

/// The rule forbids no more than it must: apart from the edge itself, every band that it refuses
/// is left while a machine drains, at the least number of machines. And the hint that comes with
/// it is exact.
#[test]
fn every_refused_band_oscillates() {
    for (low, high, min) in every_band() {
        let Err(MemoryBandError::Oscillates { greatest_low, .. }) =
            MemoryBand::new(low, high, min, min + 1)
        else {
            continue;
        };
        let fine = |low| MemoryBand::new(low, high, min, min + 1).is_ok();
        assert!(greatest_low == 0 || fine(greatest_low));
        assert!(!fine(greatest_low + 1));
        if low * (min + 1) + 100 != high * (min + 1) {
            let (low, high, machines) = (u64::from(low), u64::from(high), u64::from(min) + 1);
            let just_below_low = low * machines * MACHINE / 100 - 1;
            assert!(100 * (just_below_low + MACHINE) > high * machines * MACHINE);
        }
    }
}

fn every_band() -> impl Iterator<Item = (u32, u32, u32)> {
    let bounds = (1..=99_u32).flat_map(|low| (low + 1..=99_u32).map(move |high| (low, high)));
    bounds.flat_map(|(low, high)| (2..=40_u32).map(move |min| (low, high, min)))
}

#[test]
fn the_edge_is_refused() {
    // 51 % = 76 % - 1/4.
    let edge = MemoryBand::new(51, 76, 3, 4);
    assert!(matches!(
        edge,
        Err(MemoryBandError::Oscillates {
            drained: 76,
            greatest_low: 50,
            ..
        })
    ));
    assert!(MemoryBand::new(50, 76, 3, 4).is_ok());
}

#[test]
fn extreme_numbers_are_refused_without_overflow() {
    let max = u32::MAX;
    assert!(MemoryBand::new(max, max, max, max).is_err());
    assert!(MemoryBand::new(1, 99, max - 1, max).is_ok());
    assert!(MemoryBand::new(0, 0, 2, 3).is_err());
}

#[test]
fn a_task_beyond_the_free_share_is_not_admitted() {
    let band = MemoryBand::new(41, 75, 2, 8).unwrap();
    let machine: MachineType = "m6i.large".parse().unwrap();
    let largest = band.largest_reservation(&machine);
    assert_eq!(band.admits(&machine, largest, CpuUnits(1)), Ok(()));
    let more = Mebibytes(largest.get() + 1);
    let refused = band.admits(&machine, more, CpuUnits(1));
    assert!(matches!(refused, Err(AdmissionError::NeverFits { free, .. }) if free == largest));
}
