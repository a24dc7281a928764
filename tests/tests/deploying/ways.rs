//! Ways from one state of an environment to another, as the sweeps go them.

use std::borrow::Cow;

use common::assembly::Assembly;
use common::environment::EnvironmentName::Production;
use deploy::plan::Request;
use emulator::{Effect, Fault, On};
use serde_json::json;
use tests::small::{self, SmallStack, stack};

use crate::support::{Aim, World, nothing_is_left_to_do, words};

/// A way from one state to another.
pub(crate) struct Way<'a> {
    /// Where it begins.
    pub(crate) before: World,
    pub(crate) aim: Aim,
    pub(crate) assembly: Cow<'a, Assembly>,
    pub(crate) request: Request,
}

impl Way<'_> {
    /// That a world is where the way leads, and that there is nothing left to do.
    #[track_caller]
    pub(crate) fn has_arrived(&self, world: &mut World) {
        match self.aim {
            Aim::Deploy => {
                world.is_as_defined(&self.assembly);
                nothing_is_left_to_do(world, &self.assembly, &self.request);
            }
            Aim::Destroy => assert!(world.stacks(&self.assembly).is_empty()),
        }
    }
}

/// Three stacks in a row, all of a version.
pub(crate) fn row(version: &str) -> Vec<SmallStack> {
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

fn production(stacks: &[SmallStack]) -> Assembly {
    small::assembly(Production, stacks)
}

/// From one definition to another.
fn between(old: &[SmallStack], new: &[SmallStack]) -> Way<'static> {
    let request = Request::default();
    let mut before = World::new();
    before
        .run(Aim::Deploy, &production(old), &request)
        .succeeded();
    Way {
        before,
        aim: Aim::Deploy,
        assembly: Cow::Owned(production(new)),
        request,
    }
}

/// Three stacks are created.
pub(crate) fn creation() -> Way<'static> {
    Way {
        before: World::new(),
        aim: Aim::Deploy,
        assembly: Cow::Owned(production(&row("1"))),
        request: Request::default(),
    }
}

/// Three stacks are updated.
pub(crate) fn update() -> Way<'static> {
    between(&row("1"), &row("2"))
}

/// Two exports that are in use get other names.
pub(crate) fn renaming() -> Way<'static> {
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
    between(&row("1"), &renamed)
}

/// A guarded resource is replaced, with a word for it.
pub(crate) fn replacement() -> Way<'static> {
    let network = |cidr: &str| {
        let vpc = json!({ "CidrBlock": cidr });
        [stack("network").resource("Vpc", "AWS::EC2::VPC", vpc)]
    };
    let mut way = between(&network("10.0.0.0/16"), &network("10.1.0.0/16"));
    // Without a word for it, nothing happens.
    let refused = way.before.copy().run(way.aim, &way.assembly, &way.request);
    assert!(!refused.reconciled().is_success());
    assert!(refused.calls.iter().all(|call| !call.operation.writes()));
    way.request.acknowledged = words(&way.before.plan(&way.assembly, &way.request));
    way
}

/// A stack whose rollback failed, one that was never created whole, and one that is well.
pub(crate) fn recovery() -> Way<'static> {
    let well = || stack("well").parameter("Own", "1");
    let torn = |version: &str| {
        stack("torn")
            .parameter("First", version)
            .parameter("Second", version)
    };
    let mut way = between(
        &[well(), torn("1")],
        &[well(), torn("2"), stack("new").parameter("Own", "1")],
    );
    for (logical_id, on) in [
        ("Second", On::Update),
        ("First", On::Rollback),
        ("Own", On::Create),
    ] {
        way.before.cloud().fail(Fault {
            stack: None,
            logical_id: Some(logical_id.to_owned()),
            resource_type: None,
            on,
            times: Some(1),
            effect: Effect::Fail {
                reason: "no".to_owned(),
            },
        });
    }
    let failed = way.before.run(way.aim, &way.assembly, &way.request);
    assert!(!failed.reconciled().is_success());
    let stacks = way.before.stacks(&way.assembly);
    let status = |id: &str| stacks[&format!("lemonade-production-{id}")].status.clone();
    assert_eq!(status("torn"), "UPDATE_ROLLBACK_FAILED");
    assert_eq!(status("new"), "ROLLBACK_COMPLETE");
    way
}

/// Three stacks, protected against deletion, are deleted.
pub(crate) fn destruction() -> Way<'static> {
    let assembly = production(&row("1"));
    let mut before = World::new();
    before
        .run(Aim::Deploy, &assembly, &Request::default())
        .succeeded();
    let request = Request {
        acknowledged: words(&before.plan_of(Aim::Destroy, &assembly, &Request::default())),
        ..Request::default()
    };
    Way {
        before,
        aim: Aim::Destroy,
        assembly: Cow::Owned(assembly),
        request,
    }
}

/// What a destruction has left is taken over: an address and a key, by which one stack is found by
/// others, beside one that has left nothing.
pub(crate) fn rebuilding() -> Way<'static> {
    let assembly = production(&[
        stack("network")
            .resource("Address", "AWS::EC2::EIP", json!({ "Domain": "vpc" }))
            .staying("Address")
            .parameter("Version", "1")
            .export("Address", "Address"),
        stack("secrets")
            .resource("Key", "AWS::KMS::Key", json!({ "Description": "a key" }))
            .staying("Key")
            .export("Key", "Key"),
        stack("service")
            .import("network", "Address")
            .import("secrets", "Key")
            .parameter("Version", "1"),
    ]);
    let mut before = World::new();
    before
        .run(Aim::Deploy, &assembly, &Request::default())
        .succeeded();
    let destroyed = Request {
        acknowledged: words(&before.plan_of(Aim::Destroy, &assembly, &Request::default())),
        ..Request::default()
    };
    before.run(Aim::Destroy, &assembly, &destroyed).succeeded();
    Way {
        request: before.taking_over(&assembly),
        before,
        aim: Aim::Deploy,
        assembly: Cow::Owned(assembly),
    }
}
