//! How long a deployment takes, and how many calls.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cloudformation::RateLimits;
use common::assembly::{Assembly, dependencies};
use common::environment::EnvironmentName::Staging;
use deploy::plan::Request;
use emulator::api::Time;
use emulator::port::{Call, Intervention, Operation};
use tests::small::{self, stack};
use tests::synthesized;

use crate::support::{Goal, Sandbox, full_request};
use crate::ways;

/// How long each stack was in progress, by its own events.
fn durations(sandbox: &Sandbox, assembly: &Assembly) -> BTreeMap<String, Duration> {
    let stacks = sandbox.stacks(assembly);
    stacks
        .into_iter()
        .map(|(name, stack)| {
            let events = sandbox.events(assembly, &stack.id);
            let own = |status: &str| {
                let event = events.iter().find(|event| {
                    event.physical_id.as_deref() == Some(stack.id.as_str())
                        && event.status == status
                });
                event.unwrap().at.parse::<Time>().unwrap().0
            };
            let took = own("CREATE_COMPLETE") - own("CREATE_IN_PROGRESS");
            (name, Duration::from_millis(took))
        })
        .collect()
}

/// The longest way through the imports. What a person applies comes before everything else.
fn critical_path(assembly: &Assembly, durations: &BTreeMap<String, Duration>) -> Duration {
    let needs = dependencies(&assembly.stacks).unwrap();
    let manual_stacks: BTreeSet<&str> = assembly
        .stacks
        .iter()
        .filter(|stack| stack.applied_manually)
        .map(|stack| stack.name.as_str())
        .collect();
    let mut ends: BTreeMap<&str, Duration> = BTreeMap::new();
    for name in assembly.order.iter().flatten() {
        let mut before: BTreeSet<&str> = needs[name].iter().map(|one| one.as_str()).collect();
        if !manual_stacks.contains(name.as_str()) {
            before.extend(&manual_stacks);
        }
        let begin = before.iter().map(|one| ends[one]).max();
        let end = begin.unwrap_or_default() + durations[name.as_str()];
        ends.insert(name.as_str(), end);
    }
    ends.into_values().max().unwrap()
}

#[test]
fn a_full_creation_takes_hardly_longer_than_its_critical_path() {
    for synthesis in synthesized() {
        let assembly = &synthesis.assembly;
        let mut sandbox = Sandbox::new();
        let run = sandbox.run(Goal::Deploy, assembly, &full_request(assembly));
        run.succeeded();
        let path = critical_path(assembly, &durations(&sandbox, assembly));
        let ratio = run.took.as_secs_f64() / path.as_secs_f64();
        println!(
            "{}: {:.0} s, critical path {:.0} s, ratio {ratio:.3}, {} calls",
            assembly.environment,
            run.took.as_secs_f64(),
            path.as_secs_f64(),
            run.calls.len()
        );
        assert!(ratio <= 1.10, "{ratio}");
    }
}

/// The most calls in any minute.
fn busiest_minute(calls: &[Call]) -> usize {
    calls
        .iter()
        .enumerate()
        .map(|(index, first)| {
            let within = |call: &&Call| call.at.0 < first.at.0 + 60_000;
            calls[index..].iter().take_while(within).count()
        })
        .max()
        .unwrap_or_default()
}

#[test]
fn calls_per_minute_do_not_grow_with_the_stacks_in_progress() {
    let of = |count: usize| {
        let stacks: Vec<_> = (0..count)
            .map(|index| stack(&format!("one-{index}")).parameter("Own", "1"))
            .collect();
        let assembly = small::assembly(Staging, &stacks);
        let mut sandbox = Sandbox::new();
        let run = sandbox.run(Goal::Deploy, &assembly, &Request::default());
        run.succeeded();
        (busiest_minute(&run.calls), run.calls.len())
    };
    let (few, many) = (of(30), of(300));
    println!("30 stacks: {few:?}; 300 stacks: {many:?}");
    // The calls of `RateLimits::default()`, and a dozen that may follow each other at once after a rest.
    let bound = RateLimits::default().calls_per_minute as usize + 12;
    assert!(few.0 <= bound && many.0 <= bound, "{few:?} {many:?}");
}

#[test]
fn nothing_to_do_costs_the_same_for_any_number_of_stacks() {
    let stacks: Vec<_> = (0..1_000)
        .map(|index| stack(&format!("one-{index:04}")).parameter("Own", "1"))
        .collect();
    for count in [9, 1_000] {
        let assembly = small::assembly(Staging, &stacks[..count]);
        let mut sandbox = Sandbox::new();
        sandbox
            .run(Goal::Deploy, &assembly, &Request::default())
            .succeeded();
        let again = sandbox.run(Goal::Deploy, &assembly, &Request::default());
        // A listing's page has 100 stacks.
        assert_eq!(again.calls.len(), 1 + count.div_ceil(100));
    }
}

/// With reads that lag fifteen seconds, each stack takes so much longer, and not more.
#[test]
fn a_listing_that_is_always_late_costs_what_it_is_late_by() {
    let assembly = small::assembly(Staging, &ways::row("1"));
    let straight = Sandbox::new().run(Goal::Deploy, &assembly, &Request::default());
    let lag = Duration::from_secs(15);
    let late = Sandbox::new().run_between(
        Goal::Deploy,
        &assembly,
        &Request::default(),
        move |call: &Call| match call.operation {
            Operation::Stacks => Intervention::Stale(lag),
            _ => Intervention::Pass,
        },
    );
    late.succeeded();
    // A few seconds more a stack, since looks are rarer when nothing changes.
    let bound = straight.took + (lag + Duration::from_secs(8)) * 3;
    assert!(late.took < bound, "{:?} {:?}", straight.took, late.took);
}
