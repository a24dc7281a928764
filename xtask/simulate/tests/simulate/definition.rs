//! The definition as it is, and as `docs/capacity.md` proposes it, against many rough days.

use serde_json::{Value, json};
use simulate::scenario::{Odds, Setting};

use crate::support::{Found, environment, json_of, proposed, read, runs, runs_with_boot, set};

/// Scenarios for each environment and each definition.
const SEEDS: u64 = 1_000;

fn found(name: &str, template: fn(&common::environment::Environment) -> Value) -> Found {
    let environment = environment(name);
    let policy = read(&template(&environment));
    runs(&policy, &Setting::of(&environment), &Odds::ROUGH, 0..SEEDS)
}

/// What `docs/capacity.md` lists as known limits may become fewer, never more.
fn at_most(found: &Found, oscillation: u32, not_settled: u32, held_up: u32) {
    assert_eq!((found.out_of_bounds, found.stranded), (0, 0), "{found:?}");
    assert!(found.oscillation <= oscillation, "{found:?}");
    assert!(found.not_settled <= not_settled, "{found:?}");
    assert!(found.held_up <= held_up, "{found:?}");
}

#[test]
fn production_as_it_is() {
    at_most(&found("production", json_of), 12, 0, 1);
}

#[test]
fn staging_as_it_is() {
    at_most(&found("staging", json_of), 0, 0, 3);
}

#[test]
fn production_as_proposed() {
    at_most(&found("production", proposed), 0, 0, 0);
}

#[test]
fn staging_as_proposed() {
    at_most(&found("staging", proposed), 0, 0, 1);
}

/// A warm-up covers a boot, the lag of the metric and a value that is missing. Ten minutes do for
/// boots of up to eight; five don't.
#[test]
fn a_warm_up_covers_the_boot() {
    let environment = environment("staging");
    let setting = Setting::of(&environment);
    let mut template = proposed(&environment);
    let run = |template: &Value| {
        let policy = read(template);
        runs_with_boot(&policy, &setting, &Odds::ROUGH, 0..300, (2, 8)).oscillation
    };
    assert_eq!(run(&template), 0);
    set(
        &mut template,
        "OneMachineMore",
        "EstimatedInstanceWarmup",
        json!(300),
    );
    assert!(run(&template) > 0);
}
