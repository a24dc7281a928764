//! What is refused for a reason that passes by itself is tried again.

use common::assembly::Assembly;
use common::environment::EnvironmentName::Staging;
use deploy::execute::Event;
use deploy::reconcile::ReconcileOutcome;
use emulator::{Effect, Fault, On};
use serde_json::json;
use tests::small::{self, stack};

use crate::support::{Aim, Run, World, everything};

const FIREWALL: &str = "AWS WAF couldn't retrieve the resource that you requested. Retry your \
                        request. (Service: Wafv2, Status Code: 400)";
const MACHINES: &str =
    "The Cluster cannot be deleted while Container Instances are active or draining.";

fn queue() -> Assembly {
    small::assembly(
        Staging,
        &[stack("queue").parameter("One", "1").parameter("Two", "1")],
    )
}

fn fails(world: &World, on: On, times: u32, reason: &str) {
    world.cloud().fail(Fault {
        stack: None,
        logical_id: Some("Two".to_owned()),
        resource_type: None,
        on,
        times: Some(times),
        effect: Effect::Fail {
            reason: reason.to_owned(),
        },
    });
}

fn again(run: &Run) -> Vec<&str> {
    run.events
        .iter()
        .filter_map(|event| match event {
            Event::Retry { because, .. } => Some(because.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_first_creation_is_tried_once_more() {
    let queue = queue();
    let mut world = World::new();
    fails(&world, On::Create, 1, FIREWALL);
    let run = world.run(Aim::Deploy, &queue, &everything(&queue));
    run.succeeded();
    assert_eq!(again(&run), ["the web ACL is not known everywhere yet"]);
    world.is_as_defined(&queue);
}

#[test]
fn a_creation_that_fails_again_is_told() {
    let queue = queue();
    let mut world = World::new();
    fails(&world, On::Create, 2, FIREWALL);
    let run = world.run(Aim::Deploy, &queue, &everything(&queue));
    assert_eq!(again(&run).len(), 1);
    assert!(
        matches!(run.reconciled(), ReconcileOutcome::Executed { outcome, .. } if !outcome.is_success())
    );
}

#[test]
fn what_does_not_pass_is_told_at_once() {
    let queue = queue();
    let mut world = World::new();
    fails(&world, On::Create, 1, "the quota is used up");
    let run = world.run(Aim::Deploy, &queue, &everything(&queue));
    assert!(again(&run).is_empty());
    assert!(!run.reconciled().is_success());
}

#[test]
fn a_deletion_is_tried_until_machines_are_gone() {
    let queue = queue();
    let mut world = World::new();
    world
        .run(Aim::Deploy, &queue, &everything(&queue))
        .succeeded();
    fails(&world, On::Delete, 2, MACHINES);
    let run = world.run(Aim::Destroy, &queue, &everything(&queue));
    run.succeeded();
    assert_eq!(
        again(&run),
        ["the machines have not left the cluster yet"; 2]
    );
    assert!(world.stacks(&queue).is_empty());
}

/// The refusal is the local CloudFormation's own: no fault is needed.
#[test]
fn a_deletion_is_tried_until_an_address_is_released() {
    let entry = stack("entry")
        .resource("Address", "AWS::EC2::EIP", json!({}))
        .resource(
            "Balancer",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            json!({
                "Type": "network",
                "SubnetMappings": [{"SubnetId": "subnet-1",
                    "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}}],
            }),
        );
    let entry = small::assembly(Staging, &[entry]);
    let mut world = World::new();
    world
        .run(Aim::Deploy, &entry, &everything(&entry))
        .succeeded();
    let request = deploy::plan::Request {
        acknowledged: crate::support::words(&world.plan_of(
            Aim::Destroy,
            &entry,
            &everything(&entry),
        )),
        ..everything(&entry)
    };
    let run = world.run(Aim::Destroy, &entry, &request);
    run.succeeded();
    assert!(!again(&run).is_empty());
}
