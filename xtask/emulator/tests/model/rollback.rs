//! The way back.

use emulator::api::{Action, OnFailure};
use emulator::{On, Tamper};
use serde_json::{Value, json};

use crate::support::{Desk, network, target};

/// A topic that is changed, and a subnet that can fail after it.
fn versioned(version: &str) -> Value {
    json!({"Resources": {
        "First": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": version}},
        "Second": {"Type": "AWS::SNS::Topic", "DependsOn": "First",
            "Properties": {"DisplayName": version}},
    }})
}

fn fail_update(desk: &mut Desk, disable_rollback: bool) {
    desk.created("topics", &versioned("a"));
    desk.fail("Second", On::Update, Some(1));
    desk.call(&Action::UpdateStack {
        target: target("topics", &versioned("b")),
        disable_rollback,
        policy: None,
        policy_during_update: None,
    })
    .unwrap();
    desk.settle();
}

#[test]
fn a_failed_update_is_taken_back() {
    let mut desk = Desk::new();
    fail_update(&mut desk, false);
    assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
    let history = desk.history("topics");
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
    let refusal = desk.update("topics", &versioned("a")).unwrap_err();
    assert_eq!(refusal.message, "No updates are to be performed.");
    desk.updated("topics", &versioned("b"));
}

#[test]
fn what_a_failed_update_made_goes_and_what_it_replaced_comes_back() {
    let mut desk = Desk::new();
    desk.created("net", &network());
    let vpc = desk.physical("net", "Vpc");
    let mut template = network();
    template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    template["Resources"]["Gateway"] = json!({"Type": "AWS::EC2::InternetGateway"});
    template["Resources"]["Late"] =
        json!({"Type": "AWS::SNS::Topic", "DependsOn": ["Subnet", "Gateway"], "Properties": {}});
    desk.fail("Late", On::Create, Some(1));
    desk.update("net", &template).unwrap();
    desk.settle();
    assert_eq!(desk.status("net"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(desk.physical("net", "Vpc"), vpc);
    assert_eq!(desk.resources("net").len(), 2);
    let existing = desk.cloud.existing(&desk.caller);
    assert_eq!(existing.len(), 2, "{existing:#?}");
}

#[test]
fn a_rollback_that_fails_is_continued_or_skipped() {
    for skip in [false, true] {
        let mut desk = Desk::new();
        desk.created("topics", &versioned("a"));
        desk.fail("Second", On::Update, Some(1));
        desk.fail("First", On::Rollback, Some(1));
        desk.update("topics", &versioned("b")).unwrap();
        desk.settle();
        let stack = desk.stack("topics");
        assert_eq!(stack.status, "UPDATE_ROLLBACK_FAILED");
        assert_eq!(
            stack.status_reason.as_deref(),
            Some("The following resource(s) failed to update: [First].")
        );
        let refusal = desk.update("topics", &versioned("c")).unwrap_err();
        assert!(
            refusal
                .message
                .ends_with("is in UPDATE_ROLLBACK_FAILED state and can not be updated."),
            "{refusal}"
        );
        let refusal = desk.call(&continue_rollback(&["Nothing"])).unwrap_err();
        assert_eq!(refusal.code, "ValidationError");
        desk.call(&continue_rollback(if skip { &["First"] } else { &[] }))
            .unwrap();
        desk.settle();
        assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
        assert_eq!(desk.resources("topics")["First"].status, "UPDATE_COMPLETE");
        // What was skipped is not what the template says.
        let drifted = drift(&mut desk, "topics");
        assert_eq!(
            drifted,
            if skip { vec!["First MODIFIED"] } else { vec![] },
            "skip: {skip}"
        );
        desk.updated("topics", &versioned("c"));
    }
}

fn continue_rollback(skip: &[&str]) -> Action {
    Action::ContinueUpdateRollback {
        stack: "topics".to_owned(),
        skip: skip.iter().map(|name| (*name).to_owned()).collect(),
        token: None,
    }
}

fn drift(desk: &mut Desk, name: &str) -> Vec<String> {
    use emulator::api::Answer;
    desk.call(&Action::DetectStackDrift {
        stack: name.to_owned(),
    })
    .unwrap();
    desk.settle();
    match desk
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
fn a_thing_that_somebody_deleted_makes_the_rollback_fail() {
    let mut desk = Desk::new();
    desk.created("topics", &versioned("a"));
    let caller = desk.caller.clone();
    desk.fail("Second", On::Update, Some(1));
    desk.update("topics", &versioned("b")).unwrap();
    while !desk
        .history("topics")
        .contains(&"First UPDATE_COMPLETE".to_owned())
    {
        desk.pass(1);
    }
    desk.cloud
        .tamper(&caller, "topics", "First", &Tamper::Delete)
        .unwrap();
    desk.settle();
    assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_FAILED");
    assert!(
        desk.failures("topics")
            .iter()
            .any(|line| line.starts_with("First UPDATE_FAILED") && line.contains("NotFound"))
    );
    desk.call(&continue_rollback(&["First"])).unwrap();
    desk.settle();
    assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(drift(&mut desk, "topics"), ["First DELETED"]);
}

#[test]
fn a_failed_update_that_was_left_is_rolled_back_later() {
    let mut desk = Desk::new();
    fail_update(&mut desk, true);
    assert_eq!(desk.status("topics"), "UPDATE_FAILED");
    let refusal = desk.update("topics", &versioned("c")).unwrap_err();
    assert!(
        refusal
            .message
            .starts_with("This stack is currently in a non-terminal [UPDATE_FAILED] state."),
        "{refusal}"
    );
    desk.call(&Action::RollbackStack {
        stack: "topics".to_owned(),
        token: None,
    })
    .unwrap();
    assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_IN_PROGRESS");
    desk.settle();
    assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
    let refusal = desk.update("topics", &versioned("a")).unwrap_err();
    assert_eq!(refusal.message, "No updates are to be performed.");
}

#[test]
fn a_failed_update_that_was_left_is_updated_again() {
    let mut desk = Desk::new();
    fail_update(&mut desk, true);
    desk.fail("First", On::Update, Some(1));
    for _ in 0..2 {
        desk.call(&Action::UpdateStack {
            target: target("topics", &versioned("c")),
            disable_rollback: true,
            policy: None,
            policy_during_update: None,
        })
        .unwrap();
        desk.settle();
    }
    assert_eq!(desk.status("topics"), "UPDATE_COMPLETE");
    assert!(drift(&mut desk, "topics").is_empty());
}

#[test]
fn a_failed_creation_that_was_left_is_rolled_back_later() {
    let mut desk = Desk::new();
    desk.fail("Subnet", On::Create, Some(1));
    desk.call(&Action::CreateStack {
        target: target("net", &network()),
        on_failure: OnFailure::DoNothing,
        termination_protection: false,
        policy: None,
    })
    .unwrap();
    desk.settle();
    assert_eq!(desk.status("net"), "CREATE_FAILED");
    desk.call(&Action::RollbackStack {
        stack: "net".to_owned(),
        token: None,
    })
    .unwrap();
    desk.settle();
    assert_eq!(desk.status("net"), "ROLLBACK_COMPLETE");
    assert!(desk.cloud.existing(&desk.caller).is_empty());
}

#[test]
fn an_update_is_cancelled() {
    let mut desk = Desk::new();
    desk.created("topics", &versioned("a"));
    let cancel = Action::CancelUpdateStack {
        stack: "topics".to_owned(),
        token: None,
    };
    let refusal = desk.call(&cancel).unwrap_err();
    assert_eq!(
        refusal.message,
        "CancelUpdateStack cannot be called from current stack status"
    );
    for wait in [0, 3, 8] {
        desk.update("topics", &versioned("b")).unwrap();
        desk.pass(wait);
        desk.call(&cancel).unwrap();
        assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_IN_PROGRESS");
        desk.settle();
        assert_eq!(desk.status("topics"), "UPDATE_ROLLBACK_COMPLETE");
        assert!(drift(&mut desk, "topics").is_empty());
        let refusal = desk.update("topics", &versioned("a")).unwrap_err();
        assert_eq!(refusal.message, "No updates are to be performed.");
    }
}
