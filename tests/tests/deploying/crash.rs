//! The deployer is killed before and after each of its calls, and run again.
//!
//! Whatever it was doing, the second run brings the environment to its definition: nothing lost,
//! nothing done twice, no protection left off.

use std::borrow::Cow;

use common::assembly::Assembly;
use common::environment::EnvironmentName::Staging;
use deploy::plan::Request;
use tests::synthesized;

use crate::orphans;
use crate::support::{Goal, Sandbox, acknowledgements, full_request};
use crate::ways::{self, Way};

/// Goes the way undisturbed, then once for each call, killed there, before and after it.
/// Gives back how many calls there were.
fn sweep(way: &Way<'_>) -> usize {
    sweep_asking(way, |_| way.request.clone())
}

/// The same, where what is asked for of the second run is what is found then.
fn sweep_asking(way: &Way<'_>, again: impl Fn(&Sandbox) -> Request) -> usize {
    let mut straight = way.before.copy();
    let run = straight.run(way.goal, &way.assembly, &way.request);
    run.succeeded();
    way.has_arrived(&mut straight);
    let expected = straight.operations(&way.assembly);
    let lasting = straight.physical_ids(&way.assembly);

    // What only looks changes nothing: killed after it, or before it, a run leaves what a run leaves
    // that was killed after the last write. A few of them are enough, unless all are asked for.
    let all = std::env::var_os("LEMONADE_KILL_AT_EVERY_CALL").is_some();
    let kills = run
        .calls
        .iter()
        .filter(|call| all || call.operation.writes() || call.number % 5 == 0);
    let mut tried = 0;
    for call in kills {
        for after in [false, true] {
            let mut sandbox = way.before.copy();
            let killed = sandbox.kill(way.goal, &way.assembly, &way.request, call.number, after);
            assert!(killed.end.is_none(), "{call:?} was never made");
            let request = again(&sandbox);
            let again = sandbox.run(way.goal, &way.assembly, &request);
            let place = format!("killed {} {call:?}", if after { "after" } else { "before" });
            assert!(
                again.reconciled().is_success(),
                "{place}: {:#?}",
                again.reconciled()
            );
            way.has_arrived(&mut sandbox);
            assert_eq!(sandbox.operations(&way.assembly), expected, "{place}");
            let ids = sandbox.physical_ids(&way.assembly);
            assert_eq!(ids.len(), lasting.len(), "{place}");
            // What was taken over is what there was before, and not another of its kind.
            for (stack, imports) in &way.request.imports {
                for import in imports {
                    let key = format!("{stack}/{}", import.logical_id);
                    assert_eq!(ids[&key], lasting[&key], "{place}");
                    assert!(import.identifier.values().any(|id| *id == ids[&key]));
                }
            }
            tried += 1;
        }
    }
    tried
}

fn staging() -> &'static Assembly {
    &synthesized()
        .iter()
        .find(|one| one.environment.name == Staging)
        .unwrap()
        .assembly
}

#[test]
fn while_everything_is_created() {
    let assembly = staging();
    let way = Way {
        before: Sandbox::new(),
        goal: Goal::Deploy,
        assembly: Cow::Borrowed(assembly),
        request: full_request(assembly),
    };
    assert!(sweep(&way) > 100);
}

#[test]
fn while_everything_is_destroyed() {
    let assembly = staging();
    let request = full_request(assembly);
    let mut before = Sandbox::new();
    before.run(Goal::Deploy, assembly, &request).succeeded();
    let way = Way {
        before,
        goal: Goal::Destroy,
        assembly: Cow::Borrowed(assembly),
        request,
    };
    assert!(sweep(&way) > 50);
}

#[test]
fn while_stacks_are_updated() {
    assert!(sweep(&ways::update()) > 25);
}

#[test]
fn while_an_export_in_use_is_renamed() {
    assert!(sweep(&ways::renaming()) > 40);
}

#[test]
fn while_a_guarded_resource_is_replaced() {
    assert!(sweep(&ways::replacement()) > 10);
}

#[test]
fn while_stacks_are_recovered() {
    assert!(sweep(&ways::recovery()) > 20);
}

#[test]
fn while_protected_stacks_are_destroyed() {
    assert!(sweep(&ways::destruction()) > 10);
}

/// Between the import and the update that follows it, too.
#[test]
fn while_what_stayed_is_taken_over() {
    let way = ways::rebuilding();
    assert_eq!(way.request.imports.len(), 2);
    let tried = sweep_asking(&way, |sandbox| sandbox.rebuild_request(&way.assembly));
    assert!(tried > 40, "{tried}");
}

/// The whole environment, as it is defined.
#[test]
fn while_everything_is_rebuilt() {
    let assembly = staging();
    let all = full_request(assembly);
    let mut before = Sandbox::new();
    before.run(Goal::Deploy, assembly, &all).succeeded();
    let destroyed = Request {
        acknowledged: acknowledgements(&before.plan_of(Goal::Destroy, assembly, &all)),
        ..all.clone()
    };
    before.run(Goal::Destroy, assembly, &destroyed).succeeded();
    let asked = |sandbox: &Sandbox| Request {
        imports: sandbox.rebuild_request(assembly).imports,
        ..all.clone()
    };
    let way = Way {
        request: asked(&before),
        before,
        goal: Goal::Deploy,
        assembly: Cow::Borrowed(assembly),
    };
    assert!(way.request.imports.len() > 3);
    assert!(sweep_asking(&way, asked) > 100);
}

/// What the stack itself has left, between the import and the update that follows it, too.
#[test]
fn while_what_a_living_stack_left_is_taken_over() {
    let (before, _) = orphans::removed();
    let assembly = orphans::keeper(true);
    let way = Way {
        request: before.rebuild_request(&assembly),
        before,
        goal: Goal::Deploy,
        assembly: Cow::Owned(assembly),
    };
    assert_eq!(way.request.imports.len(), 1);
    let tried = sweep_asking(&way, |sandbox| sandbox.rebuild_request(&way.assembly));
    assert!(tried > 10, "{tried}");
}
