//! Environments, templates with one thing changed, and many runs.

use std::ops::Range;
use std::path::{Path, PathBuf};

use common::Definition;
use common::environment::Environment;
use rehearsal::capacity::Minute;
use rehearsal::capacity::invariant::ViolationKind;
use rehearsal::capacity::scaling_policy::ScalingPolicy;
use rehearsal::capacity::scenario::{ClusterConfig, Odds, Scenario};
use rehearsal::capacity::simulation::simulate;
use rehearsal::capacity::template::template;
use rehearsal::capacity::timing::BOOT;
use serde_json::Value;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn environments() -> Vec<Environment> {
    Definition::load(&root()).unwrap().environments
}

pub(crate) fn environment(name: &str) -> Environment {
    let of_that_name = |one: &Environment| one.name.to_string() == name;
    environments().into_iter().find(of_that_name).unwrap()
}

/// The environment's template as JSON.
pub(crate) fn json_of(environment: &Environment) -> Value {
    serde_json::from_str(&template(environment).unwrap()).unwrap()
}

pub(crate) fn set(template: &mut Value, resource: &str, property: &str, value: Value) {
    template["Resources"][resource]["Properties"][property] = value;
}

pub(crate) fn read(template: &Value) -> ScalingPolicy {
    ScalingPolicy::from_template(&template.to_string()).unwrap()
}

/// How long a machine drains at most until the alarm `drain-held-up` has seen enough: so many whole
/// periods, of which the first may begin just before the drain does.
pub(crate) fn alarm_delay(template: &Value) -> Minute {
    let alarm = &template["Resources"]["DrainHeldUpAlarm"]["Properties"];
    let number = |property: &str| alarm[property].as_u64().unwrap() as Minute;
    (number("EvaluationPeriods") + 1) * number("Period") / 60
}

/// In how many runs each invariant was violated at least once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ViolationCounts {
    pub(crate) out_of_bounds: u32,
    pub(crate) oscillation: u32,
    pub(crate) not_settled: u32,
    pub(crate) stranded: u32,
    pub(crate) held_up: u32,
}

/// Runs of 16 hours with these seeds.
pub(crate) fn runs(
    policy: &ScalingPolicy,
    setting: &ClusterConfig,
    odds: &Odds,
    seeds: Range<u64>,
) -> ViolationCounts {
    runs_with_boot(policy, setting, odds, seeds, BOOT)
}

/// The same, with machines that boot in so many minutes.
pub(crate) fn runs_with_boot(
    policy: &ScalingPolicy,
    setting: &ClusterConfig,
    odds: &Odds,
    seeds: Range<u64>,
    boot: (Minute, Minute),
) -> ViolationCounts {
    let mut found = ViolationCounts::default();
    for seed in seeds {
        let mut scenario = Scenario::random(setting, seed, 16, odds);
        scenario.boot = boot;
        let violations = simulate(policy, &scenario).violations;
        let any =
            |of: fn(&ViolationKind) -> bool| u32::from(violations.iter().any(|one| of(&one.kind)));
        found.out_of_bounds += any(|kind| matches!(kind, ViolationKind::OutOfBounds { .. }));
        found.oscillation += any(|kind| matches!(kind, ViolationKind::Oscillation { .. }));
        found.not_settled += any(|kind| matches!(kind, ViolationKind::NotSettled { .. }));
        found.stranded += any(|kind| matches!(kind, ViolationKind::Stranded { .. }));
        found.held_up += any(|kind| matches!(kind, ViolationKind::HeldUp { .. }));
    }
    found
}
