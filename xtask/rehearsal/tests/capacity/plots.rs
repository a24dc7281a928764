//! What people look at: the plots that are checked in, and the summary.

use rehearsal::capacity::report::{self, Run, SHOWN_HOURS, SHOWN_SEED};
use rehearsal::capacity::scaling_policy::ScalingPolicy;
use rehearsal::capacity::scenario::{ClusterConfig, Odds, Scenario};
use rehearsal::capacity::simulation::{Outcome, simulate};
use rehearsal::capacity::template::template;

use crate::support::{environments, root};

fn shown(check: impl Fn(&Run<'_>)) {
    for environment in environments() {
        let policy = ScalingPolicy::from_template(&template(&environment).unwrap()).unwrap();
        let setting = ClusterConfig::from_environment(&environment);
        let scenario = Scenario::random(&setting, SHOWN_SEED, SHOWN_HOURS, &Odds::SHOWN);
        let outcome: Outcome = simulate(&policy, &scenario);
        check(&Run {
            environment: environment.name.to_string(),
            policy: &policy,
            scenario: &scenario,
            outcome: &outcome,
        });
    }
}

#[test]
fn checked_in_plots_are_what_the_definition_gives() {
    shown(|run| {
        let name = format!("docs/images/capacity-{}.svg", run.environment);
        let checked_in = std::fs::read_to_string(root().join(&name)).unwrap_or_default();
        assert!(
            checked_in == report::svg(run),
            "{name} is out of date; write it with\n  cargo xtask simulate capacity --env {} --svg {name}",
            run.environment
        );
    });
}

#[test]
fn the_summary_fits_80_columns() {
    shown(|run| {
        let text = report::text(run);
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(text.contains("every invariant held"), "{text}");
    });
}

#[test]
fn the_json_is_valid_and_whole() {
    shown(|run| {
        let text = report::json(run).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let minutes = json["minutes"].as_array().unwrap();
        assert_eq!(minutes.len(), 60 * SHOWN_HOURS as usize);
    });
}

#[test]
fn the_same_seed_is_the_same_run() {
    shown(|run| {
        let again = simulate(run.policy, run.scenario);
        assert_eq!(again.trace.samples, run.outcome.trace.samples);
        assert_eq!(again.trace.events, run.outcome.trace.events);
    });
}
