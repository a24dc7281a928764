//! Rollbacks.

use emulator::api::{Action, OnFailure};
use emulator::{OutOfBandChange, ResourceOperation};
use serde_json::{Value, json};

use crate::support::{Client, network, target};

/// A topic that is changed, and a subnet that can fail after it.
fn versioned(version: &str) -> Value {
    json!({"Resources": {
        "First": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": version}},
        "Second": {"Type": "AWS::SNS::Topic", "DependsOn": "First",
            "Properties": {"DisplayName": version}},
    }})
}

fn fail_update(client: &mut Client, disable_rollback: bool) {
    client.created("topics", &versioned("a"));
    client.fail("Second", ResourceOperation::Update, Some(1));
    client
        .call(&Action::UpdateStack {
            target: target("topics", &versioned("b")),
            disable_rollback,
            policy: None,
            policy_during_update: None,
        })
        .unwrap();
    client.settle();
}

#[test]
fn a_failed_update_is_taken_back() {
    let mut client = Client::new();
    fail_update(&mut client, false);
    assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
    let history = client.history("topics");
    let from = history
        .iter()
        .position(|line| line.contains("FAILED"))
        .unwrap();
    assert_eq!(
        history[from..],
        [
            "Second UPDATE_FAILED: it is broken",
            "topics UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: \
             [Second].",
            "First UPDATE_IN_PROGRESS",
            "First UPDATE_COMPLETE",
            "Second UPDATE_IN_PROGRESS",
            "Second UPDATE_COMPLETE",
            "topics UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
            "topics UPDATE_ROLLBACK_COMPLETE",
        ]
    );
    // It is what it was.
    let refusal = client.update("topics", &versioned("a")).unwrap_err();
    assert_eq!(refusal.message, "No updates are to be performed.");
    client.updated("topics", &versioned("b"));
}

#[test]
fn what_a_failed_update_made_goes_and_what_it_replaced_comes_back() {
    let mut client = Client::new();
    client.created("net", &network());
    let vpc = client.physical("net", "Vpc");
    let mut template = network();
    template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    template["Resources"]["Gateway"] = json!({"Type": "AWS::EC2::InternetGateway"});
    template["Resources"]["Late"] =
        json!({"Type": "AWS::SNS::Topic", "DependsOn": ["Subnet", "Gateway"], "Properties": {}});
    client.fail("Late", ResourceOperation::Create, Some(1));
    client.update("net", &template).unwrap();
    client.settle();
    assert_eq!(client.status("net"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(client.physical("net", "Vpc"), vpc);
    assert_eq!(client.resources("net").len(), 2);
    let existing = client.cloud.physical_resources(&client.caller);
    assert_eq!(existing.len(), 2, "{existing:#?}");
}

#[test]
fn a_rollback_that_fails_is_continued_or_skipped() {
    for skip in [false, true] {
        let mut client = Client::new();
        client.created("topics", &versioned("a"));
        client.fail("Second", ResourceOperation::Update, Some(1));
        client.fail("First", ResourceOperation::Rollback, Some(1));
        client.update("topics", &versioned("b")).unwrap();
        client.settle();
        let stack = client.stack("topics");
        assert_eq!(stack.status, "UPDATE_ROLLBACK_FAILED");
        assert_eq!(
            stack.status_reason.as_deref(),
            Some("The following resource(s) failed to update: [First].")
        );
        let refusal = client.update("topics", &versioned("c")).unwrap_err();
        assert!(
            refusal
                .message
                .ends_with("is in UPDATE_ROLLBACK_FAILED state and can not be updated."),
            "{refusal}"
        );
        let refusal = client.call(&continue_rollback(&["Nothing"])).unwrap_err();
        assert_eq!(refusal.code, "ValidationError");
        client
            .call(&continue_rollback(if skip { &["First"] } else { &[] }))
            .unwrap();
        client.settle();
        assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
        assert_eq!(
            client.resources("topics")["First"].status,
            "UPDATE_COMPLETE"
        );
        // What was skipped is not what the template says.
        let drifted = drift(&mut client, "topics");
        assert_eq!(
            drifted,
            if skip { vec!["First MODIFIED"] } else { vec![] },
            "skip: {skip}"
        );
        client.updated("topics", &versioned("c"));
    }
}

fn continue_rollback(skip: &[&str]) -> Action {
    Action::ContinueUpdateRollback {
        stack: "topics".to_owned(),
        skip: skip.iter().map(|name| (*name).to_owned()).collect(),
        token: None,
    }
}

fn drift(client: &mut Client, name: &str) -> Vec<String> {
    use emulator::api::Answer;
    client
        .call(&Action::DetectStackDrift {
            stack: name.to_owned(),
        })
        .unwrap();
    client.settle();
    match client
        .call(&Action::DescribeStackResourceDrifts {
            stack: name.to_owned(),
            statuses: vec!["MODIFIED".into(), "DELETED".into()],
            next: None,
        })
        .unwrap()
    {
        Answer::ResourceDrifts(page) => page
            .items
            .into_iter()
            .map(|drift| format!("{} {}", drift.logical_id, drift.status))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_resource_that_was_deleted_out_of_band_makes_the_rollback_fail() {
    let mut client = Client::new();
    client.created("topics", &versioned("a"));
    let caller = client.caller.clone();
    client.fail("Second", ResourceOperation::Update, Some(1));
    client.update("topics", &versioned("b")).unwrap();
    while !client
        .history("topics")
        .contains(&"First UPDATE_COMPLETE".to_owned())
    {
        client.pass(1);
    }
    client
        .cloud
        .change_out_of_band(&caller, "topics", "First", &OutOfBandChange::Delete)
        .unwrap();
    client.settle();
    assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_FAILED");
    assert!(
        client
            .failures("topics")
            .iter()
            .any(|line| line.starts_with("First UPDATE_FAILED") && line.contains("NotFound"))
    );
    client.call(&continue_rollback(&["First"])).unwrap();
    client.settle();
    assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(drift(&mut client, "topics"), ["First DELETED"]);
}

#[test]
fn a_failed_update_that_was_left_is_rolled_back_later() {
    let mut client = Client::new();
    fail_update(&mut client, true);
    assert_eq!(client.status("topics"), "UPDATE_FAILED");
    let refusal = client.update("topics", &versioned("c")).unwrap_err();
    assert!(
        refusal
            .message
            .starts_with("This stack is currently in a non-terminal [UPDATE_FAILED] state."),
        "{refusal}"
    );
    client
        .call(&Action::RollbackStack {
            stack: "topics".to_owned(),
            token: None,
        })
        .unwrap();
    assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_IN_PROGRESS");
    client.settle();
    assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
    let refusal = client.update("topics", &versioned("a")).unwrap_err();
    assert_eq!(refusal.message, "No updates are to be performed.");
}

#[test]
fn a_failed_update_that_was_left_is_updated_again() {
    let mut client = Client::new();
    fail_update(&mut client, true);
    client.fail("First", ResourceOperation::Update, Some(1));
    for _ in 0..2 {
        client
            .call(&Action::UpdateStack {
                target: target("topics", &versioned("c")),
                disable_rollback: true,
                policy: None,
                policy_during_update: None,
            })
            .unwrap();
        client.settle();
    }
    assert_eq!(client.status("topics"), "UPDATE_COMPLETE");
    assert!(drift(&mut client, "topics").is_empty());
}

#[test]
fn a_failed_creation_that_was_left_is_rolled_back_later() {
    let mut client = Client::new();
    client.fail("Subnet", ResourceOperation::Create, Some(1));
    client
        .call(&Action::CreateStack {
            target: target("net", &network()),
            on_failure: OnFailure::DoNothing,
            termination_protection: false,
            policy: None,
        })
        .unwrap();
    client.settle();
    assert_eq!(client.status("net"), "CREATE_FAILED");
    client
        .call(&Action::RollbackStack {
            stack: "net".to_owned(),
            token: None,
        })
        .unwrap();
    client.settle();
    assert_eq!(client.status("net"), "ROLLBACK_COMPLETE");
    assert!(client.cloud.physical_resources(&client.caller).is_empty());
}

#[test]
fn an_update_is_cancelled() {
    let mut client = Client::new();
    client.created("topics", &versioned("a"));
    let cancel = Action::CancelUpdateStack {
        stack: "topics".to_owned(),
        token: None,
    };
    let refusal = client.call(&cancel).unwrap_err();
    assert_eq!(
        refusal.message,
        "CancelUpdateStack cannot be called from current stack status"
    );
    for wait in [0, 3, 8] {
        client.update("topics", &versioned("b")).unwrap();
        client.pass(wait);
        client.call(&cancel).unwrap();
        assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_IN_PROGRESS");
        client.settle();
        assert_eq!(client.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
        assert!(drift(&mut client, "topics").is_empty());
        let refusal = client.update("topics", &versioned("a")).unwrap_err();
        assert_eq!(refusal.message, "No updates are to be performed.");
    }
}
