//! The definition against many rough days.

use rehearsal::capacity::Minute;
use rehearsal::capacity::invariant::ViolationKind;
use rehearsal::capacity::scenario::{ClusterConfig, Odds, Scenario};
use rehearsal::capacity::simulation::{Outcome, simulate};
use rehearsal::capacity::timing::LONGEST_DRAIN;
use rehearsal::capacity::trace::Event;
use serde_json::{Value, json};

use crate::support::{
    ViolationCounts, alarm_delay, environment, json_of, read, runs, runs_with_boot, set,
};

/// Scenarios for each environment and each definition.
const SEEDS: u64 = 1_000;

fn found(name: &str) -> ViolationCounts {
    let environment = environment(name);
    let policy = read(&json_of(&environment));
    runs(
        &policy,
        &ClusterConfig::from_environment(&environment),
        &Odds::ROUGH,
        0..SEEDS,
    )
}

/// Nothing but what `docs/capacity.md` lists as a known limit.
fn at_most(found: &ViolationCounts, held_up: u32) {
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

/// Two days of staging on which a drain is held up, and three more on which nothing changes: a
/// person is told of it, and it ends. ECS cuts it off, and scaling adds what is missing.
#[test]
fn a_drain_that_is_held_up_is_told_and_ends() {
    let environment = environment("staging");
    let template = json_of(&environment);
    let policy = read(&template);
    let setting = ClusterConfig::from_environment(&environment);
    for seed in [938, 2_001] {
        let mut scenario = Scenario::random(&setting, seed, 16, &Odds::ROUGH);
        scenario.minutes += 3 * 24 * 60;
        let Outcome { trace, violations } = simulate(&policy, &scenario);

        let kinds: Vec<ViolationKind> = violations.iter().map(|one| one.kind).collect();
        let [ViolationKind::HeldUp { since }] = kinds[..] else {
            panic!("{violations:?}");
        };
        let told = since + alarm_delay(&template);
        let until_told = &trace.samples[since as usize..=told as usize];
        assert!(until_told.iter().all(|sample| sample.draining > 0));

        let is_cut = |(minute, event): &(Minute, Event)| {
            let until_cut = told..=since + LONGEST_DRAIN;
            matches!(event, Event::DrainCut { .. }) && until_cut.contains(minute)
        };
        assert!(trace.events.iter().any(is_cut), "{:?}", trace.events);
        let last = trace.samples.last().unwrap();
        assert_eq!((last.waiting, last.draining), (0, 0));
    }
}

/// A warm-up covers a boot, the lag of the metric and a value that is missing. Ten minutes do for
/// boots of up to eight; five don't.
#[test]
fn a_warm_up_covers_the_boot() {
    let environment = environment("staging");
    let setting = ClusterConfig::from_environment(&environment);
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
