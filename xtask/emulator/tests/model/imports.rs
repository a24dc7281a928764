//! Things that exist and become resources.

use std::collections::BTreeMap;

use cloudformation::{ChangeSetType, ResourceToImport};
use emulator::On;
use emulator::api::{Action, Target};
use serde_json::{Value, json};

use crate::support::{Desk, lines, target};

fn store(name: &Value, policy: &str) -> Value {
    json!({"Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy,
            "Properties": {"BucketName": name}},
        "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": "Bucket", "Properties": {}},
    }})
}

fn importing(target: Target) -> Action {
    Action::CreateChangeSet {
        target,
        name: "import".to_owned(),
        kind: ChangeSetType::Create,
        description: None,
        import_existing: true,
        imports: Vec::new(),
    }
}

fn left_behind(desk: &mut Desk) {
    desk.created("store", &store(&json!("data"), "RetainExceptOnCreate"));
    desk.delete("store").unwrap();
    desk.settle();
    assert_eq!(desk.cloud.existing(&desk.caller).len(), 1);
}

#[test]
fn what_was_retained_is_imported_again() {
    let mut desk = Desk::new();
    left_behind(&mut desk);
    let set = desk.change_set(&importing(target(
        "store",
        &store(&json!("data"), "RetainExceptOnCreate"),
    )));
    assert_eq!(lines(&set), ["Import Bucket", "Add Topic"]);
    desk.execute(&set).unwrap();
    desk.settle();
    assert_eq!(desk.status("store"), "CREATE_COMPLETE");
    assert!(
        desk.history("store")
            .contains(&"Bucket IMPORT_COMPLETE: Resource import completed.".to_owned())
    );
    assert_eq!(desk.cloud.existing(&desk.caller).len(), 2);
}

#[test]
fn what_was_imported_survives_a_failed_creation() {
    let mut desk = Desk::new();
    left_behind(&mut desk);
    let set = desk.change_set(&importing(target(
        "store",
        &store(&json!("data"), "RetainExceptOnCreate"),
    )));
    desk.fail("Topic", On::Create, Some(1));
    desk.execute(&set).unwrap();
    desk.settle();
    assert_eq!(desk.status("store"), "ROLLBACK_COMPLETE");
    let existing = desk.cloud.existing(&desk.caller);
    assert_eq!(existing.len(), 1);
    assert_eq!(existing[0].stack_id, None);
}

#[test]
fn only_static_names_of_what_is_kept_are_imported() {
    let mut desk = Desk::new();
    left_behind(&mut desk);
    for (name, policy) in [
        (json!({"Fn::Sub": "data"}), "Retain"),
        (json!("data"), "Delete"),
    ] {
        let set = desk.change_set(&importing(target("other", &store(&name, policy))));
        assert_eq!(set.summary.status, "FAILED", "{name} {policy}");
        desk.delete("other").unwrap();
        desk.settle();
    }
}

#[test]
fn things_are_imported_by_what_identifies_them() {
    let mut desk = Desk::new();
    let key = json!({"Resources": {"Key": {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain",
        "Properties": {"KeyPolicy": {}}}}});
    desk.created("keys", &key);
    let id = desk.physical("keys", "Key");
    desk.delete("keys").unwrap();
    desk.settle();
    let import = |identifier: &str| Action::CreateChangeSet {
        target: target("again", &key),
        name: "import".to_owned(),
        kind: ChangeSetType::Import,
        description: None,
        import_existing: false,
        imports: vec![ResourceToImport {
            logical_id: "Key".to_owned(),
            resource_type: "AWS::KMS::Key".to_owned(),
            identifier: BTreeMap::from([("KeyId".to_owned(), identifier.to_owned())]),
        }],
    };
    let set = desk.change_set(&import(&id));
    assert_eq!(lines(&set), ["Import Key"]);
    desk.execute(&set).unwrap();
    assert_eq!(desk.status("again"), "IMPORT_IN_PROGRESS");
    desk.settle();
    assert_eq!(desk.status("again"), "IMPORT_COMPLETE");
    assert_eq!(desk.physical("again", "Key"), id);
    desk.delete("again").unwrap();
    desk.settle();
    let set = desk.change_set(&import("nothing"));
    desk.execute(&set).unwrap();
    desk.settle();
    assert_eq!(desk.status("again"), "IMPORT_ROLLBACK_COMPLETE");
}
