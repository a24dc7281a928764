//! Creating stacks.

use emulator::ResourceOperation;
use emulator::api::{Action, OnFailure};
use serde_json::json;

use crate::support::{Client, create, network, target, topic};

#[test]
fn resources_come_in_the_order_of_what_they_need() {
    let mut client = Client::new();
    client.create("net", &network()).unwrap();
    assert_eq!(client.status("net"), "CREATE_IN_PROGRESS");
    client.settle();
    assert_eq!(
        client.history("net"),
        [
            "net CREATE_IN_PROGRESS: User Initiated",
            "Vpc CREATE_IN_PROGRESS",
            "Vpc CREATE_IN_PROGRESS: Resource creation Initiated",
            "Vpc CREATE_COMPLETE",
            "Subnet CREATE_IN_PROGRESS",
            "Subnet CREATE_IN_PROGRESS: Resource creation Initiated",
            "Subnet CREATE_COMPLETE",
            "net CREATE_COMPLETE",
        ]
    );
    let vpc = client.physical("net", "Vpc");
    assert!(vpc.starts_with("vpc-0"), "{vpc}");
}

#[test]
fn what_needs_nothing_of_each_other_is_created_at_once() {
    let mut client = Client::new();
    let template = json!({"Resources": {
        "A": {"Type": "AWS::EC2::NatGateway", "Properties": {}},
        "B": {"Type": "AWS::EC2::NatGateway", "Properties": {}},
    }});
    let start = client.now.0;
    client.created("gateways", &template);
    assert!(client.now.0 - start < 180_000, "{}", client.now.0 - start);
}

#[test]
fn a_failure_cancels_the_rest_and_rolls_back() {
    let mut client = Client::new();
    let template = json!({"Resources": {
        "Fast": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "Slow": {"Type": "AWS::EC2::NatGateway", "Properties": {}},
        "Broken": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Never": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Broken"}}},
    }});
    client.fail("Broken", ResourceOperation::Create, Some(1));
    client.create("net", &template).unwrap();
    client.settle();
    assert_eq!(client.status("net"), "ROLLBACK_COMPLETE");
    assert_eq!(
        client.failures("net"),
        [
            "Broken CREATE_FAILED: it is broken",
            "Slow CREATE_FAILED: Resource creation cancelled",
            "net ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Broken, Slow]. \
             Rollback requested by user.",
            "net ROLLBACK_COMPLETE",
        ]
    );
    assert!(client.cloud.physical_resources(&client.caller).is_empty());
    let refusal = client.update("net", &template).unwrap_err();
    assert!(
        refusal
            .message
            .ends_with("is in ROLLBACK_COMPLETE state and can not be updated."),
        "{refusal}"
    );
    client.delete("net").unwrap();
    client.settle();
    assert!(client.find("net").is_err());
    client.created("net", &template);
}

#[test]
fn a_rollback_can_fail() {
    let mut client = Client::new();
    client.fail("Subnet", ResourceOperation::Create, Some(1));
    client.fail("Vpc", ResourceOperation::Delete, Some(1));
    client.create("net", &network()).unwrap();
    client.settle();
    let stack = client.stack("net");
    assert_eq!(stack.status, "ROLLBACK_FAILED");
    assert_eq!(
        stack.status_reason.as_deref(),
        Some("The following resource(s) failed to delete: [Vpc].")
    );
    client.delete("net").unwrap();
    client.settle();
    assert!(client.find("net").is_err());
    assert!(client.cloud.physical_resources(&client.caller).is_empty());
}

#[test]
fn a_failed_creation_is_left_or_deleted_as_asked_for() {
    for (on_failure, status) in [
        (OnFailure::DoNothing, "CREATE_FAILED"),
        (OnFailure::Delete, "DELETE_COMPLETE"),
    ] {
        let mut client = Client::new();
        client.fail("Subnet", ResourceOperation::Create, Some(1));
        client
            .call(&Action::CreateStack {
                target: target("net", &network()),
                on_failure,
                termination_protection: false,
                policy: None,
            })
            .unwrap();
        let id = client.stack("net").id;
        client.settle();
        assert_eq!(client.status(id.as_str()), status);
    }
}

#[test]
fn a_name_is_taken_until_its_stack_is_gone() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let first = client.stack("topic").id;
    let refusal = client.create("topic", &topic("a")).unwrap_err();
    assert_eq!(refusal.code, "AlreadyExistsException");
    assert_eq!(refusal.message, "Stack [topic] already exists");
    client.delete("topic").unwrap();
    client.settle();
    let refusal = client.find("topic").unwrap_err();
    assert_eq!(refusal.message, "Stack with id topic does not exist");
    // A deleted stack and its history are found by id.
    assert_eq!(client.status(first.as_str()), "DELETE_COMPLETE");
    assert!(client.events(first.as_str()).len() > 4);
    client.created("topic", &topic("a"));
    assert_ne!(client.stack("topic").id, first);
}

#[test]
fn capabilities_have_to_be_acknowledged() {
    let mut client = Client::new();
    let role = |properties| json!({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}});
    let mut named = target(
        "roles",
        &role(json!({"RoleName": "x", "AssumeRolePolicyDocument": {}})),
    );
    named.capabilities = vec![cloudformation::Capability::Iam];
    let refusal = client.call(&create(named)).unwrap_err();
    assert_eq!(refusal.code, "InsufficientCapabilitiesException");
    assert_eq!(
        refusal.message,
        "Requires capabilities : [CAPABILITY_NAMED_IAM]"
    );
    let mut unnamed = target("roles", &role(json!({"AssumeRolePolicyDocument": {}})));
    unnamed.capabilities.clear();
    let refusal = client.call(&create(unnamed)).unwrap_err();
    assert_eq!(refusal.message, "Requires capabilities : [CAPABILITY_IAM]");
}
