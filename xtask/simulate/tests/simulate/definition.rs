//! The definition against many rough days.

use serde_json::{Value, json};
use simulate::scenario::{Odds, Setting};

use crate::support::{Found, environment, json_of, read, runs, runs_with_boot, set};

/// Scenarios for each environment and each definition.
const SEEDS: u64 = 1_000;

fn found(name: &str) -> Found {
    let environment = environment(name);
    let policy = read(&json_of(&environment));
    runs(&policy, &Setting::of(&environment), &Odds::ROUGH, 0..SEEDS)
}

/// Nothing but what `docs/capacity.md` lists as a known limit.
fn at_most(found: &Found, held_up: u32) {
    let violations = (
        found.out_of_bounds,
        found.stranded,
        found.not_settled,
        found.oscillation,
    );
    assert_eq!(violations, (0, 0, 0, 0), "{found:?}");
    assert!(found.held_up <= held_up, "{found:?}");
}

#[test]
fn production_keeps_the_invariants() {
    at_most(&found("production"), 0);
}

#[test]
fn staging_keeps_the_invariants() {
    at_most(&found("staging"), 1);
}

/// A warm-up covers a boot, the lag of the metric and a value that is missing. Ten minutes do for
/// boots of up to eight; five don't.
#[test]
fn a_warm_up_covers_the_boot() {
    let environment = environment("staging");
    let setting = Setting::of(&environment);
    let mut template = json_of(&environment);
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
