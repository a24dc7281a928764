//! Deleting stacks.

use emulator::On;
use emulator::api::Action;
use serde_json::json;

use crate::support::{Desk, network, topic};

#[test]
fn resources_go_before_what_they_need() {
    let mut desk = Desk::new();
    desk.created("net", &network());
    let id = desk.stack("net").id;
    let events = desk.events(&id).len();
    desk.delete("net").unwrap();
    desk.settle();
    assert_eq!(
        desk.history(&id).split_off(events),
        [
            "net DELETE_IN_PROGRESS: User Initiated",
            "Subnet DELETE_IN_PROGRESS",
            "Subnet DELETE_COMPLETE",
            "Vpc DELETE_IN_PROGRESS",
            "Vpc DELETE_COMPLETE",
            "net DELETE_COMPLETE",
        ]
    );
    // What is not there is deleted already.
    desk.delete("net").unwrap();
    desk.delete(&id).unwrap();
}

#[test]
fn a_failed_deletion_is_repeated_or_lets_go() {
    for retain in [false, true] {
        let mut desk = Desk::new();
        desk.created("net", &network());
        desk.fail("Subnet", On::Delete, if retain { None } else { Some(1) });
        desk.delete("net").unwrap();
        desk.settle();
        let stack = desk.stack("net");
        assert_eq!(stack.status, "DELETE_FAILED");
        assert_eq!(
            stack.status_reason.as_deref(),
            Some("The following resource(s) failed to delete: [Subnet].")
        );
        // The VPC waits for the subnet.
        assert_eq!(desk.resources("net")["Vpc"].status, "CREATE_COMPLETE");
        desk.call(&delete_retaining(if retain { &["Subnet"] } else { &[] }))
            .unwrap();
        desk.settle();
        assert_eq!(desk.status(&stack.id), "DELETE_COMPLETE");
        assert_eq!(desk.cloud.existing(&desk.caller).len(), usize::from(retain));
    }
}

fn delete_retaining(retain: &[&str]) -> Action {
    Action::DeleteStack {
        stack: "net".to_owned(),
        retain: retain.iter().map(|name| (*name).to_owned()).collect(),
        role: None,
        token: None,
    }
}

#[test]
fn only_a_failed_deletion_lets_go() {
    let mut desk = Desk::new();
    desk.created("net", &network());
    let refusal = desk.call(&delete_retaining(&["Subnet"])).unwrap_err();
    assert!(refusal.message.contains("DELETE_FAILED"), "{refusal}");
}

#[test]
fn a_protected_stack_is_not_deleted() {
    let mut desk = Desk::new();
    desk.created("topic", &topic("a"));
    for enabled in [true, false] {
        desk.call(&Action::UpdateTerminationProtection {
            stack: "topic".to_owned(),
            enabled,
        })
        .unwrap();
        if enabled {
            let refusal = desk.delete("topic").unwrap_err();
            assert_eq!(
                refusal.message,
                "Stack [topic] cannot be deleted while TerminationProtection is enabled"
            );
        }
    }
    desk.delete("topic").unwrap();
}

#[test]
fn a_stack_is_deleted_while_it_is_created_but_not_while_it_is_updated() {
    let mut desk = Desk::new();
    desk.create("net", &network()).unwrap();
    desk.pass(10);
    desk.delete("net").unwrap();
    desk.settle();
    assert!(desk.find("net").is_err());
    assert!(desk.cloud.existing(&desk.caller).is_empty());

    desk.created("topic", &topic("a"));
    desk.update("topic", &topic("b")).unwrap();
    let id = desk.stack("topic").id;
    let refusal = desk.delete("topic").unwrap_err();
    assert_eq!(
        refusal.message,
        format!("Stack [{id}] cannot be deleted while in status UPDATE_IN_PROGRESS")
    );
}

#[test]
fn a_stuck_rollback_can_be_deleted_with_all_it_has() {
    let mut desk = Desk::new();
    desk.created("net", &network());
    let mut template = network();
    template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    template["Resources"]["Late"] =
        json!({"Type": "AWS::SNS::Topic", "DependsOn": "Subnet", "Properties": {}});
    desk.fail("Late", On::Create, Some(1));
    desk.fail("Vpc", On::Rollback, Some(1));
    desk.update("net", &template).unwrap();
    desk.settle();
    assert_eq!(desk.status("net"), "UPDATE_ROLLBACK_FAILED");
    desk.delete("net").unwrap();
    desk.settle();
    assert!(desk.find("net").is_err());
    let existing = desk.cloud.existing(&desk.caller);
    assert!(existing.is_empty(), "{existing:#?}");
}

/// A role and the policy that bounds it, which the role says in one way or another.
fn bounded(boundary: &serde_json::Value) -> serde_json::Value {
    json!({ "Resources": {
        "Boundary": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "ManagedPolicyName": "boundary",
                "Path": "/app/",
                "PolicyDocument": { "Version": "2012-10-17", "Statement": [] },
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": "bounded",
                "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [] },
                "PermissionsBoundary": boundary,
            },
        },
        // Keeps the role for a while, as whatever acts as it would.
        "User": {
            "Type": "AWS::SNS::Topic",
            "Properties": { "DisplayName": { "Ref": "Role" } },
        },
    } })
}

#[test]
fn a_policy_that_bounds_a_role_is_not_deleted_before_it() {
    let by_name = json!({ "Fn::Sub": "arn:aws:iam::${AWS::AccountId}:policy/app/boundary" });
    for (boundary, fails) in [(json!({ "Ref": "Boundary" }), false), (by_name, true)] {
        let mut desk = Desk::new();
        desk.created("roles", &bounded(&boundary));
        let id = desk.stack("roles").id;
        desk.delete("roles").unwrap();
        desk.settle();
        if !fails {
            assert_eq!(desk.status(&id), "DELETE_COMPLETE");
            continue;
        }
        assert_eq!(desk.status(&id), "DELETE_FAILED");
        let failures = desk.failures(&id);
        assert!(
            failures
                .iter()
                .any(|failure| failure.contains("Cannot delete a policy attached to entities")),
            "{failures:?}"
        );
        // By now the role is gone.
        desk.delete(&id).unwrap();
        desk.settle();
        assert_eq!(desk.status(&id), "DELETE_COMPLETE");
    }
}
