//! Creating stacks.

use emulator::On;
use emulator::api::{Action, OnFailure};
use serde_json::json;

use crate::support::{Desk, create, network, target, topic};

#[test]
fn resources_come_in_the_order_of_what_they_need() {
    let mut desk = Desk::new();
    desk.create("net", &network()).unwrap();
    assert_eq!(desk.status("net"), "CREATE_IN_PROGRESS");
    desk.settle();
    assert_eq!(
        desk.history("net"),
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
    let vpc = desk.physical("net", "Vpc");
    assert!(vpc.starts_with("vpc-0"), "{vpc}");
}

#[test]
fn what_needs_nothing_of_each_other_is_created_at_once() {
    let mut desk = Desk::new();
    let template = json!({"Resources": {
        "A": {"Type": "AWS::EC2::NatGateway", "Properties": {}},
        "B": {"Type": "AWS::EC2::NatGateway", "Properties": {}},
    }});
    let start = desk.now.0;
    desk.created("gateways", &template);
    assert!(desk.now.0 - start < 180_000, "{}", desk.now.0 - start);
}

#[test]
fn a_failure_cancels_the_rest_and_rolls_back() {
    let mut desk = Desk::new();
    let template = json!({"Resources": {
        "Fast": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "Slow": {"Type": "AWS::EC2::NatGateway", "Properties": {}},
        "Broken": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Never": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Broken"}}},
    }});
    desk.fail("Broken", On::Create, Some(1));
    desk.create("net", &template).unwrap();
    desk.settle();
    assert_eq!(desk.status("net"), "ROLLBACK_COMPLETE");
    assert_eq!(
        desk.failures("net"),
        [
            "Broken CREATE_FAILED: it is broken",
            "Slow CREATE_FAILED: Resource creation cancelled",
            "net ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Broken, Slow]. \
             Rollback requested by user.",
            "net ROLLBACK_COMPLETE",
        ]
    );
    assert!(desk.cloud.existing(&desk.caller).is_empty());
    let refusal = desk.update("net", &template).unwrap_err();
    assert!(
        refusal
            .message
            .ends_with("is in ROLLBACK_COMPLETE state and can not be updated."),
        "{refusal}"
    );
    desk.delete("net").unwrap();
    desk.settle();
    assert!(desk.find("net").is_err());
    desk.created("net", &template);
}

#[test]
fn a_rollback_can_fail() {
    let mut desk = Desk::new();
    desk.fail("Subnet", On::Create, Some(1));
    desk.fail("Vpc", On::Delete, Some(1));
    desk.create("net", &network()).unwrap();
    desk.settle();
    let stack = desk.stack("net");
    assert_eq!(stack.status, "ROLLBACK_FAILED");
    assert_eq!(
        stack.status_reason.as_deref(),
        Some("The following resource(s) failed to delete: [Vpc].")
    );
    desk.delete("net").unwrap();
    desk.settle();
    assert!(desk.find("net").is_err());
    assert!(desk.cloud.existing(&desk.caller).is_empty());
}

#[test]
fn a_failed_creation_is_left_or_deleted_as_asked_for() {
    for (on_failure, status) in [
        (OnFailure::DoNothing, "CREATE_FAILED"),
        (OnFailure::Delete, "DELETE_COMPLETE"),
    ] {
        let mut desk = Desk::new();
        desk.fail("Subnet", On::Create, Some(1));
        desk.call(&Action::CreateStack {
            target: target("net", &network()),
            on_failure,
            termination_protection: false,
            policy: None,
        })
        .unwrap();
        let id = desk.stack("net").id;
        desk.settle();
        assert_eq!(desk.status(&id), status);
    }
}

#[test]
fn a_name_is_taken_until_its_stack_is_gone() {
    let mut desk = Desk::new();
    desk.created("topic", &topic("a"));
    let first = desk.stack("topic").id;
    let refusal = desk.create("topic", &topic("a")).unwrap_err();
    assert_eq!(refusal.code, "AlreadyExistsException");
    assert_eq!(refusal.message, "Stack [topic] already exists");
    desk.delete("topic").unwrap();
    desk.settle();
    let refusal = desk.find("topic").unwrap_err();
    assert_eq!(refusal.message, "Stack with id topic does not exist");
    // A deleted stack and its history are found by id.
    assert_eq!(desk.status(&first), "DELETE_COMPLETE");
    assert!(desk.events(&first).len() > 4);
    desk.created("topic", &topic("a"));
    assert_ne!(desk.stack("topic").id, first);
}

#[test]
fn capabilities_have_to_be_acknowledged() {
    let mut desk = Desk::new();
    let role = |properties| json!({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}});
    let mut named = target(
        "roles",
        &role(json!({"RoleName": "x", "AssumeRolePolicyDocument": {}})),
    );
    named.capabilities = vec![cloudformation::Capability::Iam];
    let refusal = desk.call(&create(named)).unwrap_err();
    assert_eq!(refusal.code, "InsufficientCapabilitiesException");
    assert_eq!(
        refusal.message,
        "Requires capabilities : [CAPABILITY_NAMED_IAM]"
    );
    let mut unnamed = target("roles", &role(json!({"AssumeRolePolicyDocument": {}})));
    unnamed.capabilities.clear();
    let refusal = desk.call(&create(unnamed)).unwrap_err();
    assert_eq!(refusal.message, "Requires capabilities : [CAPABILITY_IAM]");
}
