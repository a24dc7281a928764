//! Ways from one state of an environment to another, as the sweeps go them.

use std::borrow::Cow;

use common::assembly::Assembly;
use common::environment::EnvironmentName::Production;
use deploy::plan::Request;
use emulator::{Effect, Fault, ResourceOperation};
use serde_json::json;
use tests::small::{self, SmallStack, stack};

use crate::support::{Goal, Sandbox, acknowledgements, assert_nothing_to_do};

/// A way from one state to another.
pub(crate) struct Way<'a> {
    /// Where it begins.
    pub(crate) before: Sandbox,
    pub(crate) goal: Goal,
    pub(crate) assembly: Cow<'a, Assembly>,
    pub(crate) request: Request,
}

impl Way<'_> {
    /// That a sandbox is where the way leads, and that there is nothing left to do.
    #[track_caller]
    pub(crate) fn has_arrived(&self, sandbox: &mut Sandbox) {
        match self.goal {
            Goal::Deploy => {
                sandbox.assert_as_defined(&self.assembly);
                assert_nothing_to_do(sandbox, &self.assembly, &self.request);
            }
            Goal::Destroy => assert!(sandbox.stacks(&self.assembly).is_empty()),
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
    let mut before = Sandbox::new();
    before
        .run(Goal::Deploy, &production(old), &request)
        .succeeded();
    Way {
        before,
        goal: Goal::Deploy,
        assembly: Cow::Owned(production(new)),
        request,
    }
}

/// Three stacks are created.
pub(crate) fn creation() -> Way<'static> {
    Way {
        before: Sandbox::new(),
        goal: Goal::Deploy,
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
    let refused = way.before.copy().run(way.goal, &way.assembly, &way.request);
    assert!(!refused.reconciled().is_success());
    assert!(refused.calls.iter().all(|call| !call.operation.writes()));
    way.request.acknowledged = acknowledgements(&way.before.plan(&way.assembly, &way.request));
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
        ("Second", ResourceOperation::Update),
        ("First", ResourceOperation::Rollback),
        ("Own", ResourceOperation::Create),
    ] {
        way.before.cloud().add_fault(Fault {
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
    let failed = way.before.run(way.goal, &way.assembly, &way.request);
    assert!(!failed.reconciled().is_success());
    let stacks = way.before.stacks(&way.assembly);
    let status = |id: &str| {
        stacks[format!("lemonade-production-{id}").as_str()]
            .status
            .clone()
    };
    assert_eq!(status("torn"), "UPDATE_ROLLBACK_FAILED");
    assert_eq!(status("new"), "ROLLBACK_COMPLETE");
    way
}

/// Three stacks, protected against deletion, are deleted.
pub(crate) fn destruction() -> Way<'static> {
    let assembly = production(&row("1"));
    let mut before = Sandbox::new();
    before
        .run(Goal::Deploy, &assembly, &Request::default())
        .succeeded();
    let request = Request {
        acknowledged: acknowledgements(&before.plan_of(
            Goal::Destroy,
            &assembly,
            &Request::default(),
        )),
        ..Request::default()
    };
    Way {
        before,
        goal: Goal::Destroy,
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
    let mut before = Sandbox::new();
    before
        .run(Goal::Deploy, &assembly, &Request::default())
        .succeeded();
    let destroyed = Request {
        acknowledged: acknowledgements(&before.plan_of(
            Goal::Destroy,
            &assembly,
            &Request::default(),
        )),
        ..Request::default()
    };
    before.run(Goal::Destroy, &assembly, &destroyed).succeeded();
    Way {
        request: before.rebuild_request(&assembly),
        before,
        goal: Goal::Deploy,
        assembly: Cow::Owned(assembly),
    }
}
