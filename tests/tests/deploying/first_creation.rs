//! A first creation that fails is rolled back and tried again, and nothing is left over by it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use common::assembly::Assembly;
use common::environment::EnvironmentName::Production;
use emulator::{Effect, Fault, ResourceOperation};
use tests::generated::assert_generated;
use tests::{Synthesis, synthesized};

use crate::support::{Goal, Sandbox, assert_nothing_to_do, caller, full_request};

fn production() -> &'static Assembly {
    let production = |one: &&Synthesis| one.environment.name == Production;
    &synthesized().iter().find(production).unwrap().assembly
}

/// What exists, by type.
fn existing(sandbox: &Sandbox, assembly: &Assembly) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for thing in sandbox.cloud().physical_resources(&caller(assembly)) {
        *counts.entry(thing.resource_type).or_default() += 1;
    }
    counts
}

fn fails(sandbox: &Sandbox, on: ResourceOperation, stack: &str, logical_id: &str) {
    sandbox.cloud().add_fault(Fault {
        stack: Some(format!("lemonade-production-{stack}")),
        logical_id: Some(logical_id.to_owned()),
        resource_type: None,
        on,
        times: Some(1),
        effect: Effect::Fail {
            reason: "a mishap".to_owned(),
        },
    });
}

/// Deploys production, of which a stack fails twice while it is created for the first time, and gives
/// what exists in the end.
fn twice_in_vain(stack: &str, created: &str, not_deleted: Option<&str>) -> BTreeMap<String, usize> {
    let assembly = production();
    let request = full_request(assembly);
    let mut sandbox = Sandbox::new();
    for attempt in 0..2 {
        fails(&sandbox, ResourceOperation::Create, stack, created);
        if let Some(logical_id) = not_deleted.filter(|_| attempt == 0) {
            fails(&sandbox, ResourceOperation::Delete, stack, logical_id);
        }
        let run = sandbox.run(Goal::Deploy, assembly, &request);
        assert!(!run.reconciled().is_success());
    }
    // What failed by the mishap alone is over.
    sandbox.cloud().clear_faults();
    sandbox.run(Goal::Deploy, assembly, &request).succeeded();
    sandbox.assert_as_defined(assembly);
    assert_nothing_to_do(&mut sandbox, assembly, &request);
    existing(&sandbox, assembly)
}

fn once() -> BTreeMap<String, usize> {
    let assembly = production();
    let mut sandbox = Sandbox::new();
    let request = full_request(assembly);
    sandbox.run(Goal::Deploy, assembly, &request).succeeded();
    existing(&sandbox, assembly)
}

/// The load balancers are there when it fails: they have written to the bucket of their logs, and hold
/// addresses for minutes after they are gone.
#[test]
fn in_the_load_balancer_stack() {
    assert_eq!(
        twice_in_vain("loadbalancer", "HttpsFrontAlarm", None),
        once()
    );
}

/// The first rollback fails, too, so that the deletion after it keeps an address. The creation after
/// that takes it over, and is an update from then on.
#[test]
fn in_the_network_with_a_rollback_that_fails() {
    let left = twice_in_vain("network", "PrivateInternetRouteA", Some("NatGatewayA"));
    assert_eq!(left, once());
}

#[test]
fn in_the_cluster() {
    assert_eq!(
        twice_in_vain("ecs", "CapacityProviderAssociation", None),
        once()
    );
}

#[test]
fn in_what_an_application_keeps() {
    let left = twice_in_vain("application-api", "LogGroup", Some("Repository"));
    assert_eq!(left, once());
}

/// What costs money, is counted by a quota, or has a name that nothing else can have meanwhile.
const COUNTED: [&str; 6] = [
    "AWS::EC2::EIP",
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::ECR::Repository",
    "AWS::SecretsManager::Secret",
    "AWS::Logs::LogGroup",
];

#[test]
fn what_two_failures_leave_is_counted_in_the_guide() {
    let cases = [
        ("nothing", once()),
        (
            "`loadbalancer`, at its last alarm",
            twice_in_vain("loadbalancer", "HttpsFrontAlarm", None),
        ),
        (
            "`network`, at a route; its first rollback fails too",
            twice_in_vain("network", "PrivateInternetRouteA", Some("NatGatewayA")),
        ),
    ];
    let mut table = String::from("| fails twice |");
    for kind in COUNTED {
        write!(table, " {} |", kind.trim_start_matches("AWS::")).unwrap();
    }
    writeln!(table, "\n| --- |{}", " --- |".repeat(COUNTED.len())).unwrap();
    for (what, counts) in cases {
        write!(table, "| {what} |").unwrap();
        for kind in COUNTED {
            write!(
                table,
                " {} |",
                counts.get(kind).copied().unwrap_or_default()
            )
            .unwrap();
        }
        table.push('\n');
    }
    assert_generated("docs/guides/recover.md", "first-creations", &table);
}
