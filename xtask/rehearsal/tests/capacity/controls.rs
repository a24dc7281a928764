//! Broken definitions: the simulation finds what is wrong with each. The same runs of the real
//! definition find nothing of that kind, so it is the break that is found.

use std::ops::Range;

use rehearsal::capacity::Minute;
use rehearsal::capacity::invariant::{InvariantMonitor, Observation, Violation, ViolationKind};
use rehearsal::capacity::scaling_policy::ScalingPolicy;
use rehearsal::capacity::scenario::{ClusterConfig, Odds};
use serde_json::{Value, json};

use crate::support::{ViolationCounts, environment, json_of, read, runs, set};

const SEEDS: Range<u64> = 0..60;

/// What is found in production's definition, and after the change.
fn found(change: impl FnOnce(&mut Value)) -> (ViolationCounts, ViolationCounts) {
    found_in(SEEDS, change)
}

fn found_in(
    seeds: Range<u64>,
    change: impl FnOnce(&mut Value),
) -> (ViolationCounts, ViolationCounts) {
    let environment = environment("production");
    let setting = ClusterConfig::from_environment(&environment);
    let mut template = json_of(&environment);
    let run = |template: &Value| runs(&read(template), &setting, &Odds::LOAD_ONLY, seeds.clone());
    let sound = run(&template);
    change(&mut template);
    (sound, run(&template))
}

#[test]
fn bounds_that_are_too_close_oscillate() {
    let (sound, broken) = found(|template| {
        set(template, "BelowBand", "Threshold", json!(60));
    });
    assert_eq!(sound.oscillation, 0);
    assert!(broken.oscillation > 0, "{broken:?}");
}

/// 49 to 75 % is a band by the rule without drains: 49 < 75·2/3. Tasks have to lie badly for it.
#[test]
fn a_drain_leads_out_of_a_band_that_leaves_no_room_for_it() {
    let (sound, broken) = found_in(0..400, |template| {
        set(template, "BelowBand", "Threshold", json!(49));
        set(template, "AboveBand", "EvaluationPeriods", json!(1));
    });
    assert_eq!(sound.oscillation, 0);
    assert!(broken.oscillation > 0, "{broken:?}");
}

#[test]
fn a_simple_policy_without_cooldown_takes_too_many() {
    let (sound, broken) = found(|template| {
        set(template, "OneMachineFewer", "Cooldown", json!("0"));
    });
    assert_eq!(sound.oscillation, 0);
    assert!(broken.oscillation > 0, "{broken:?}");
}

#[test]
fn a_step_policy_without_warm_up_adds_too_many() {
    let (sound, broken) = found(|template| {
        set(
            template,
            "OneMachineMore",
            "EstimatedInstanceWarmup",
            json!(0),
        );
    });
    assert_eq!(sound.oscillation, 0);
    assert!(broken.oscillation > 0, "{broken:?}");
}

#[test]
fn steps_of_three_machines_jump_over_the_band() {
    let (sound, broken) = found(|template| {
        let step = json!([{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 3}]);
        set(template, "OneMachineMore", "StepAdjustments", step);
    });
    assert_eq!(sound.oscillation, 0);
    assert!(broken.oscillation > 0, "{broken:?}");
}

#[test]
fn an_upper_bound_that_is_hardly_reached_strands_tasks() {
    let (sound, broken) = found(|template| {
        set(template, "AboveBand", "Threshold", json!(98));
    });
    assert_eq!(sound.stranded, 0);
    assert!(broken.stranded > 0, "{broken:?}");
}

#[test]
fn a_policy_that_adds_nothing_does_not_settle() {
    let (sound, broken) = found(|template| {
        let step = json!([{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 0}]);
        set(template, "OneMachineMore", "StepAdjustments", step);
    });
    assert_eq!(sound.not_settled, 0);
    assert!(broken.not_settled > 0, "{broken:?}");
}

/// Nothing happens in it.
const CALM: Observation = Observation {
    disturbed: false,
    scaled: None,
    desired: 2,
    capacity: 2,
    balancing: false,
    boots: false,
    drains: false,
    waiting: 0,
    load: 0,
    machine: 1,
};

/// The reading doesn't let this through; the simulation would find it.
#[test]
fn a_minimum_below_the_group_is_out_of_bounds() {
    let policy = read(&json_of(&environment("production")));
    let mut monitor = InvariantMonitor::new(&policy);
    let capacity = 1;
    monitor.check(0, &Observation { capacity, ..CALM });
    let kinds: Vec<ViolationKind> = monitor.violations.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ViolationKind::OutOfBounds { machines: 1 }]);
}

/// What is found while a task waits for so many minutes, in some of which a machine drains.
fn found_while_waiting(
    policy: &ScalingPolicy,
    minutes: Minute,
    drains: impl Fn(Minute) -> bool,
) -> Vec<Violation> {
    let mut monitor = InvariantMonitor::new(policy);
    for now in 0..=minutes {
        let observation = Observation {
            // Not what is looked at here.
            disturbed: true,
            waiting: 1,
            drains: drains(now),
            ..CALM
        };
        monitor.check(now, &observation);
    }
    monitor.violations
}

#[test]
fn a_drain_excuses_no_other_minutes_than_its_own() {
    let policy = read(&json_of(&environment("production")));
    let longest = InvariantMonitor::longest_wait(&policy);
    let stranded = |minute| Violation {
        minute,
        kind: ViolationKind::Stranded { since: 0 },
    };
    let held_up = Violation {
        minute: longest,
        kind: ViolationKind::HeldUp { since: 0 },
    };
    let found = found_while_waiting(&policy, 2 * longest, |_| false);
    assert_eq!(found, [stranded(longest)]);
    for drained in 1..longest {
        let found = found_while_waiting(&policy, longest + drained - 1, |now| now < drained);
        assert_eq!(found, [held_up], "{drained} minutes");
        let found = found_while_waiting(&policy, 2 * longest, |now| now < drained);
        assert_eq!(found, [held_up, stranded(longest + drained)]);
    }
}

/// One drain after the other, each cut off: for each alone no wait would be too long.
#[test]
fn a_task_that_drains_hold_up_for_ever_is_stranded() {
    let policy = read(&json_of(&environment("production")));
    let longest = InvariantMonitor::longest_held_up(&policy);
    let found = found_while_waiting(&policy, 2 * longest, |_| true);
    let found: Vec<_> = found.iter().map(|one| (one.minute, one.kind)).collect();
    let since = 0;
    let expected = [
        (
            InvariantMonitor::longest_wait(&policy),
            ViolationKind::HeldUp { since },
        ),
        (longest, ViolationKind::Stranded { since }),
    ];
    assert_eq!(found, expected);
}

/// That a task waits for some minutes is no reason to be anywhere; only what is named is.
#[test]
fn a_wait_that_is_not_too_long_hides_nothing_that_does_not_settle() {
    let policy = read(&json_of(&environment("production")));
    let settled = InvariantMonitor::settles_within(&policy);
    let mut monitor = InvariantMonitor::new(&policy);
    for now in 0..=settled {
        let observation = Observation {
            disturbed: now == 0,
            waiting: u32::from(now == settled),
            load: 100,
            ..CALM
        };
        monitor.check(now, &observation);
    }
    let kinds: Vec<ViolationKind> = monitor.violations.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ViolationKind::NotSettled { machines: 2 }]);
}
