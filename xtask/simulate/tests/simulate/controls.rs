//! Broken definitions: the simulation finds what is wrong with each. The same runs of the real
//! definition find nothing of that kind, so it is the break that is found.

use std::ops::Range;

use serde_json::{Value, json};
use simulate::scenario::{Odds, Setting};

use crate::support::{Found, environment, json_of, read, runs, set};

const SEEDS: Range<u64> = 0..60;

/// What is found in production's definition, and after the change.
fn found(change: impl FnOnce(&mut Value)) -> (Found, Found) {
    found_in(SEEDS, change)
}

fn found_in(seeds: Range<u64>, change: impl FnOnce(&mut Value)) -> (Found, Found) {
    let environment = environment("production");
    let setting = Setting::of(&environment);
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

/// The reading doesn't let this through; the simulation would find it.
#[test]
fn a_minimum_below_the_group_is_out_of_bounds() {
    use simulate::invariant::{Kind, Seen, Watch};
    let policy = read(&json_of(&environment("production")));
    let mut watch = Watch::new(&policy);
    let seen = Seen {
        disturbed: false,
        scaled: None,
        desired: 2,
        capacity: 1,
        balancing: false,
        boots: false,
        drains: false,
        waiting: 0,
        load: 0,
        machine: 1,
    };
    watch.look(0, &seen);
    let kinds: Vec<Kind> = watch.violations.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::OutOfBounds { machines: 1 }]);
}
