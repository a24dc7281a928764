//! An action is taken out of the policies of a role, and what calls it is run: it fails, and the evaluator has
//! denied that action to that role.
//!
//! `REMOVALS` says how many are drawn, or `all`; `REMOVALS_SEED` by which seed.

use std::collections::BTreeMap;

use common::random::SplitMix64;
use rehearsal::pipelines::permission_use::covers;

use super::run::{Environment, Run, TestEnvironment};
use super::{RUNS, recorded};

/// How many are drawn in ordinary tests.
const DRAWN: usize = 10;

const SEED: u64 = 1;

/// An action that a role is granted, and the quickest run that asks for it.
struct Removal {
    environment: &'static Environment,
    role: String,
    action: String,
    run: &'static Run,
}

/// Every called action of each kind of role, in both environments.
fn removals() -> Vec<Removal> {
    let mut found = BTreeMap::new();
    for (environment, logs) in recorded() {
        let roles = environment.roles();
        for (log, run) in logs.iter().zip(&RUNS) {
            for (kind, role) in roles.iter() {
                let granted = roles.rights.allowed_actions(&role.arn);
                for asked in log.allowed_by_role(role) {
                    for action in granted.keys().filter(|one| covers(one, &asked.action)) {
                        let key = (environment.name(), kind.clone(), action.clone());
                        found.entry(key).or_insert_with(|| Removal {
                            environment,
                            role: role.name.clone(),
                            action: action.clone(),
                            run,
                        });
                    }
                }
            }
        }
    }
    found.into_values().collect()
}

impl Removal {
    /// Why what calls it does not fail; nothing where it does.
    fn survives(&self) -> Option<String> {
        let Self {
            environment,
            role,
            action,
            run,
        } = self;
        let test_env = TestEnvironment::without(environment, role, action);
        let ran = (run.run)(&test_env);
        let mut denied = ran.log.denied();
        let is_denied = denied.any(|asked| asked.role == *role && covers(action, &asked.action));
        match (is_denied, ran.failed) {
            (true, Some(_)) => None,
            (true, None) => Some(format!("{role} {action}: {} does not fail", run.name)),
            (false, _) => Some(format!("{role} {action}: {} is not denied it", run.name)),
        }
    }
}

#[test]
fn what_calls_an_action_fails_without_it() {
    let variable = |name: &str| std::env::var(name).ok();
    let seed = variable("REMOVALS_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    let mut all = removals();
    let count = match variable("REMOVALS").as_deref() {
        None => DRAWN,
        Some("all") => all.len(),
        Some(count) => count.parse().unwrap(),
    };
    println!(
        "{count} of {} removals, drawn by REMOVALS_SEED={seed}",
        all.len()
    );
    let mut random = SplitMix64::new(seed);
    let mut survivors = Vec::new();
    for _ in 0..count.min(all.len()) {
        let index = usize::try_from(random.next() % all.len() as u64).unwrap();
        let removal = all.swap_remove(index);
        println!(
            "{} without {}: {}",
            removal.role, removal.action, removal.run.name
        );
        survivors.extend(removal.survives());
    }
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}
