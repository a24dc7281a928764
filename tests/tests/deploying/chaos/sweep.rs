//! Scenarios, one seed after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use super::counts::Counts;
use super::scenario::Scenario;

/// How many scenarios there are unless reported otherwise: twenty seconds' worth.
const RUNS: u64 = 600;

/// What goes wrong: each of these has to happen.
const ALL_CLASSES: [&str; 18] = [
    "calls throttled",
    "calls that the service failed (5xx)",
    "calls whose connection was reset",
    "calls whose answer was lost",
    "calls with a late answer",
    "reads that were stale",
    "calls refused for the credentials",
    "calls with which a run was killed",
    "resources that failed",
    "resources that were slow",
    "rollbacks that failed",
    "deletions that failed",
    "rounds with a second deployer",
    "updates by hand",
    "deletions by hand",
    "stack policies opened by hand",
    "updates cancelled by hand",
    "resources changed by hand",
];

/// What becomes of runs and their steps: so does each of these. An empty change set is rarer.
const ALL_ENDS: [&str; 8] = [
    "runs ended by being killed",
    "runs that could not look",
    "runs that did not succeed",
    "steps done",
    "steps failed with their stack",
    "steps failed for the credentials",
    "steps stale",
    "steps skipped",
];

fn variable<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let Ok(value) = text.parse() else {
        panic!("{name} is not a number: {text}");
    };
    Some(value)
}

/// A scenario. What was wrong with it, or what it was made of.
fn scenario(seed: u64) -> Result<Counts, String> {
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let mut scenario = Scenario::new(seed);
        scenario.run();
        (scenario.counts, scenario.violations)
    }));
    match ended {
        Ok((counts, violations)) if violations.is_empty() => Ok(counts),
        Ok((_, violations)) => Err(violations.join("\n")),
        // The message was printed where it happened.
        Err(_) => Err("it panicked".to_owned()),
    }
}

#[test]
fn whatever_goes_wrong_is_told_as_it_is_and_put_right() {
    let seeds = match variable("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..variable("LEMONADE_CHAOS_RUNS").unwrap_or(RUNS),
    };
    let begin = Instant::now();
    let next = AtomicU64::new(seeds.start);
    let counts = Mutex::new(Counts::default());
    let failures = Mutex::new(Vec::new());
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !seeds.contains(&seed) {
                        break;
                    }
                    match scenario(seed) {
                        Ok(of_it) => counts.lock().unwrap().include(&of_it),
                        Err(violation) => {
                            let command = "cargo test -p tests --test deploying chaos";
                            println!("SEED={seed} {command}\n{violation}\n");
                            failures.lock().unwrap().push(seed);
                        }
                    }
                }
            });
        }
    });
    let (counts, mut failures) = (counts.into_inner().unwrap(), failures.into_inner().unwrap());
    println!("seeds {seeds:?}, {:?}\n{counts}", begin.elapsed());
    failures.sort_unstable();
    assert!(failures.is_empty(), "violated by the seeds {failures:?}");
    if seeds.end - seeds.start >= RUNS {
        for what in ALL_CLASSES.into_iter().chain(ALL_ENDS) {
            assert!(counts.of(what) > 0, "never: {what}\n{counts}");
        }
    }
}
