//! What is refused for a reason that passes by itself is tried again.

use common::assembly::Assembly;
use common::environment::EnvironmentName::Staging;
use deploy::execute::Event;
use deploy::reconcile::ReconcileOutcome;
use emulator::{Effect, Fault, ResourceOperation};
use serde_json::json;
use tests::small::{self, stack};

use crate::support::{Goal, Run, Sandbox, full_request};

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

fn fails(sandbox: &Sandbox, on: ResourceOperation, times: u32, reason: &str) {
    sandbox.cloud().add_fault(Fault {
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
    let mut sandbox = Sandbox::new();
    fails(&sandbox, ResourceOperation::Create, 1, FIREWALL);
    let run = sandbox.run(Goal::Deploy, &queue, &full_request(&queue));
    run.succeeded();
    assert_eq!(again(&run), ["the web ACL is not known everywhere yet"]);
    sandbox.assert_as_defined(&queue);
}

#[test]
fn a_creation_that_fails_again_is_told() {
    let queue = queue();
    let mut sandbox = Sandbox::new();
    fails(&sandbox, ResourceOperation::Create, 2, FIREWALL);
    let run = sandbox.run(Goal::Deploy, &queue, &full_request(&queue));
    assert_eq!(again(&run).len(), 1);
    assert!(
        matches!(run.reconciled(), ReconcileOutcome::Executed { outcome, .. } if !outcome.is_success())
    );
}

#[test]
fn what_does_not_pass_is_told_at_once() {
    let queue = queue();
    let mut sandbox = Sandbox::new();
    fails(
        &sandbox,
        ResourceOperation::Create,
        1,
        "the quota is used up",
    );
    let run = sandbox.run(Goal::Deploy, &queue, &full_request(&queue));
    assert!(again(&run).is_empty());
    assert!(!run.reconciled().is_success());
}

#[test]
fn a_deletion_is_tried_until_machines_are_gone() {
    let queue = queue();
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &queue, &full_request(&queue))
        .succeeded();
    fails(&sandbox, ResourceOperation::Delete, 2, MACHINES);
    let run = sandbox.run(Goal::Destroy, &queue, &full_request(&queue));
    run.succeeded();
    assert_eq!(
        again(&run),
        ["the machines have not left the cluster yet"; 2]
    );
    assert!(sandbox.stacks(&queue).is_empty());
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
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &entry, &full_request(&entry))
        .succeeded();
    let request = deploy::plan::Request {
        acknowledged: crate::support::acknowledgements(&sandbox.plan_of(
            Goal::Destroy,
            &entry,
            &full_request(&entry),
        )),
        ..full_request(&entry)
    };
    let run = sandbox.run(Goal::Destroy, &entry, &request);
    run.succeeded();
    assert!(!again(&run).is_empty());
}
