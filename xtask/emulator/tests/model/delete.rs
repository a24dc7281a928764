//! Deleting stacks.

use emulator::ResourceOperation;
use emulator::api::Action;
use serde_json::json;

use crate::support::{Client, network, topic};

#[test]
fn resources_go_before_what_they_need() {
    let mut client = Client::new();
    client.created("net", &network());
    let id = client.stack("net").id;
    let events = client.events(id.as_str()).len();
    client.delete("net").unwrap();
    client.settle();
    assert_eq!(
        client.history(id.as_str()).split_off(events),
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
    client.delete("net").unwrap();
    client.delete(id.as_str()).unwrap();
}

#[test]
fn a_failed_deletion_is_repeated_or_lets_go() {
    for retain in [false, true] {
        let mut client = Client::new();
        client.created(
            "net",
            &json!({"Resources": {
                "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
                "Subscription": {"Type": "AWS::SNS::Subscription", "Properties": {
                    "TopicArn": {"Ref": "Topic"}, "Protocol": "email",
                    "Endpoint": "it@lemonade.example"}},
            }}),
        );
        client.fail(
            "Subscription",
            ResourceOperation::Delete,
            if retain { None } else { Some(1) },
        );
        client.delete("net").unwrap();
        client.settle();
        let stack = client.stack("net");
        assert_eq!(stack.status, "DELETE_FAILED");
        assert_eq!(
            stack.status_reason.as_deref(),
            Some("The following resource(s) failed to delete: [Subscription].")
        );
        // The topic waits for the subscription.
        assert_eq!(client.resources("net")["Topic"].status, "CREATE_COMPLETE");
        client
            .call(&delete_retaining(if retain {
                &["Subscription"]
            } else {
                &[]
            }))
            .unwrap();
        client.settle();
        assert_eq!(client.status(stack.id.as_str()), "DELETE_COMPLETE");
        assert_eq!(
            client.cloud.physical_resources(&client.caller).len(),
            usize::from(retain)
        );
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
    let mut client = Client::new();
    client.created("net", &network());
    let refusal = client.call(&delete_retaining(&["Subnet"])).unwrap_err();
    assert!(refusal.message.contains("DELETE_FAILED"), "{refusal}");
}

#[test]
fn a_protected_stack_is_not_deleted() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    for enabled in [true, false] {
        client
            .call(&Action::UpdateTerminationProtection {
                stack: "topic".to_owned(),
                enabled,
            })
            .unwrap();
        if enabled {
            let refusal = client.delete("topic").unwrap_err();
            assert_eq!(
                refusal.message,
                "Stack [topic] cannot be deleted while TerminationProtection is enabled"
            );
        }
    }
    client.delete("topic").unwrap();
}

#[test]
fn a_stack_is_deleted_while_it_is_created_but_not_while_it_is_updated() {
    let mut client = Client::new();
    client.create("net", &network()).unwrap();
    client.pass(10);
    client.delete("net").unwrap();
    client.settle();
    assert!(client.find("net").is_err());
    assert!(client.cloud.physical_resources(&client.caller).is_empty());

    client.created("topic", &topic("a"));
    client.update("topic", &topic("b")).unwrap();
    let id = client.stack("topic").id;
    let refusal = client.delete("topic").unwrap_err();
    assert_eq!(
        refusal.message,
        format!("Stack [{id}] cannot be deleted while in status UPDATE_IN_PROGRESS")
    );
}

#[test]
fn a_stuck_rollback_can_be_deleted_with_all_it_has() {
    let mut client = Client::new();
    client.created("net", &network());
    let mut template = network();
    template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    template["Resources"]["Late"] =
        json!({"Type": "AWS::SNS::Topic", "DependsOn": "Subnet", "Properties": {}});
    client.fail("Late", ResourceOperation::Create, Some(1));
    client.fail("Vpc", ResourceOperation::Rollback, Some(1));
    client.update("net", &template).unwrap();
    client.settle();
    assert_eq!(client.status("net"), "UPDATE_ROLLBACK_FAILED");
    client.delete("net").unwrap();
    client.settle();
    assert!(client.find("net").is_err());
    let existing = client.cloud.physical_resources(&client.caller);
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
        let mut client = Client::new();
        client.created("roles", &bounded(&boundary));
        let id = client.stack("roles").id;
        client.delete("roles").unwrap();
        client.settle();
        if !fails {
            assert_eq!(client.status(id.as_str()), "DELETE_COMPLETE");
            continue;
        }
        assert_eq!(client.status(id.as_str()), "DELETE_FAILED");
        let failures = client.failures(id.as_str());
        assert!(
            failures
                .iter()
                .any(|failure| failure.contains("Cannot delete a policy attached to entities")),
            "{failures:?}"
        );
        // By now the role is gone.
        client.delete(id.as_str()).unwrap();
        client.settle();
        assert_eq!(client.status(id.as_str()), "DELETE_COMPLETE");
    }
}
