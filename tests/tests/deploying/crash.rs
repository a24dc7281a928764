//! The deployer is killed before and after each of its calls, and run again.
//!
//! Whatever it was doing, the second run brings the environment to its definition: nothing lost,
//! nothing done twice, no protection left off.

use common::assembly::Assembly;
use common::environment::EnvironmentName::{Production, Staging};
use deploy_engine::plan::Request;
use serde_json::json;
use tests::small::{self, SmallStack, stack};
use tests::synthesized;

use crate::support::{Aim, World, everything, nothing_is_left_to_do, words};

/// A way from one state to another.
struct Way<'a> {
    /// Where it begins.
    before: World,
    aim: Aim,
    assembly: &'a Assembly,
    request: Request,
}

impl Way<'_> {
    /// Goes the way undisturbed, then once for each call, killed there, before and after it.
    /// Gives back how many calls there were.
    fn sweep(&self) -> usize {
        let mut straight = self.before.copy();
        let run = straight.run(self.aim, self.assembly, &self.request);
        run.succeeded();
        self.has_arrived(&mut straight);
        let expected = straight.operations(self.assembly);
        let lasting = straight.physical_ids(self.assembly);

        // What only looks changes nothing, whoever asks and is killed: one look in five is enough.
        let kills = run
            .calls
            .iter()
            .filter(|call| call.operation.writes() || call.number % 5 == 0);
        let mut tried = 0;
        for call in kills {
            for after in [false, true] {
                let mut world = self.before.copy();
                let killed = world.kill(self.aim, self.assembly, &self.request, call.number, after);
                assert!(killed.end.is_none(), "{call:?} was never made");
                let again = world.run(self.aim, self.assembly, &self.request);
                let place = format!("killed {} {call:?}", if after { "after" } else { "before" });
                assert!(
                    again.driven().is_success(),
                    "{place}: {:#?}",
                    again.driven()
                );
                self.has_arrived(&mut world);
                assert_eq!(world.operations(self.assembly), expected, "{place}");
                assert_eq!(
                    world.physical_ids(self.assembly).len(),
                    lasting.len(),
                    "{place}"
                );
                tried += 1;
            }
        }
        tried
    }

    fn has_arrived(&self, world: &mut World) {
        match self.aim {
            Aim::Deploy => {
                world.is_as_defined(self.assembly);
                nothing_is_left_to_do(world, self.assembly, &self.request);
            }
            Aim::Destroy => assert!(world.stacks(self.assembly).is_empty()),
        }
    }
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
        before: World::new(),
        aim: Aim::Deploy,
        assembly,
        request: everything(assembly),
    };
    assert!(way.sweep() > 100);
}

#[test]
fn while_everything_is_destroyed() {
    let assembly = staging();
    let request = everything(assembly);
    let mut before = World::new();
    before.run(Aim::Deploy, assembly, &request).succeeded();
    let way = Way {
        before,
        aim: Aim::Destroy,
        assembly,
        request,
    };
    assert!(way.sweep() > 50);
}

/// Three stacks in a row, all of a version.
fn row(version: &str) -> Vec<SmallStack> {
    vec![
        stack("network")
            .parameter("Version", version)
            .export("Version", "Version"),
        stack("cluster")
            .import("network", "Version")
            .parameter("Version", version)
            .export("Version", "Version"),
        stack("service")
            .import("cluster", "Version")
            .parameter("Version", version),
    ]
}

#[test]
fn while_stacks_are_updated() {
    let old = small::assembly(Production, &row("1"));
    let new = small::assembly(Production, &row("2"));
    let request = Request::default();
    let mut before = World::new();
    before.run(Aim::Deploy, &old, &request).succeeded();
    let way = Way {
        before,
        aim: Aim::Deploy,
        assembly: &new,
        request,
    };
    assert!(way.sweep() > 30);
}

#[test]
fn while_an_export_in_use_is_renamed() {
    let old = small::assembly(Production, &row("1"));
    let renamed = [
        stack("network")
            .parameter("Network", "2")
            .export("Network", "Network"),
        stack("cluster")
            .import("network", "Network")
            .parameter("Version", "2")
            .export("Cluster", "Version"),
        stack("service")
            .import("cluster", "Cluster")
            .parameter("Version", "2"),
    ];
    let new = small::assembly(Production, &renamed);
    let request = Request::default();
    let mut before = World::new();
    before.run(Aim::Deploy, &old, &request).succeeded();
    let way = Way {
        before,
        aim: Aim::Deploy,
        assembly: &new,
        request,
    };
    assert!(way.sweep() > 40);
}

#[test]
fn while_a_guarded_resource_is_replaced() {
    let network = |cidr: &str| {
        let vpc = json!({ "CidrBlock": cidr });
        [stack("network").resource("Vpc", "AWS::EC2::VPC", vpc)]
    };
    let old = small::assembly(Production, &network("10.0.0.0/16"));
    let new = small::assembly(Production, &network("10.1.0.0/16"));
    let mut before = World::new();
    before
        .run(Aim::Deploy, &old, &Request::default())
        .succeeded();
    // Without a word for it, nothing happens.
    let refused = before.copy().run(Aim::Deploy, &new, &Request::default());
    assert!(!refused.driven().is_success());
    assert!(refused.calls.iter().all(|call| !call.operation.writes()));
    let request = Request {
        acknowledged: words(&before.plan(&new, &Request::default())),
        ..Request::default()
    };
    let way = Way {
        before,
        aim: Aim::Deploy,
        assembly: &new,
        request,
    };
    assert!(way.sweep() > 10);
}
