//! Imports of physical resources.

use std::collections::BTreeMap;

use cloudformation::ChangeSetType;
use emulator::ResourceOperation;
use emulator::api::{Action, Target};
use serde_json::{Value, json};

use crate::support::{Client, lines, target};

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

fn left_behind(client: &mut Client) {
    client.created("store", &store(&json!("data"), "RetainExceptOnCreate"));
    client.delete("store").unwrap();
    client.settle();
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), 1);
}

#[test]
fn what_was_retained_is_imported_again() {
    let mut client = Client::new();
    left_behind(&mut client);
    let set = client.change_set(&importing(target(
        "store",
        &store(&json!("data"), "RetainExceptOnCreate"),
    )));
    assert_eq!(lines(&set), ["Import Bucket", "Add Topic"]);
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(client.status("store"), "CREATE_COMPLETE");
    assert!(
        client
            .history("store")
            .contains(&"Bucket IMPORT_COMPLETE: Resource import completed.".to_owned())
    );
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), 2);
}

#[test]
fn what_was_imported_survives_a_failed_creation() {
    let mut client = Client::new();
    left_behind(&mut client);
    let set = client.change_set(&importing(target(
        "store",
        &store(&json!("data"), "RetainExceptOnCreate"),
    )));
    client.fail("Topic", ResourceOperation::Create, Some(1));
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(client.status("store"), "ROLLBACK_COMPLETE");
    let existing = client.cloud.physical_resources(&client.caller);
    assert_eq!(existing.len(), 1);
    assert_eq!(existing[0].stack_id, None);
}

#[test]
fn only_static_names_of_what_is_kept_are_imported() {
    let mut client = Client::new();
    left_behind(&mut client);
    for (name, policy) in [
        (json!({"Fn::Sub": "data"}), "Retain"),
        (json!("data"), "Delete"),
    ] {
        let set = client.change_set(&importing(target("other", &store(&name, policy))));
        assert_eq!(set.summary.status, "FAILED", "{name} {policy}");
        client.delete("other").unwrap();
        client.settle();
    }
}

#[test]
fn things_are_imported_by_what_identifies_them() {
    let mut client = Client::new();
    let key = json!({"Resources": {"Key": {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain",
        "Properties": {"KeyPolicy": {}}}}});
    client.created("keys", &key);
    let id = client.physical("keys", "Key");
    client.delete("keys").unwrap();
    client.settle();
    let import = |identifier: &str| Action::CreateChangeSet {
        target: target("again", &key),
        name: "import".to_owned(),
        kind: ChangeSetType::Import,
        description: None,
        import_existing: false,
        imports: vec![cloudformation::ResourceToImport {
            logical_id: "Key".into(),
            resource_type: "AWS::KMS::Key".to_owned(),
            identifier: BTreeMap::from([("KeyId".to_owned(), identifier.to_owned())]),
        }],
    };
    let set = client.change_set(&import(&id));
    assert_eq!(lines(&set), ["Import Key"]);
    client.execute(&set).unwrap();
    assert_eq!(client.status("again"), "IMPORT_IN_PROGRESS");
    client.settle();
    assert_eq!(client.status("again"), "IMPORT_COMPLETE");
    assert_eq!(client.physical("again", "Key"), id);
    client.delete("again").unwrap();
    client.settle();
    let set = client.change_set(&import("nothing"));
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(client.status("again"), "IMPORT_ROLLBACK_COMPLETE");
}

/// The name of a project is its identifier, and it is retained; but nothing reads a project.
#[test]
fn what_can_not_be_read_is_not_imported() {
    let project = json!({"Resources": {"Project": {"Type": "AWS::CodeBuild::Project",
        "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": {
            "Name": "it", "ServiceRole": "arn:aws:iam::111122223333:role/it",
            "Artifacts": {"Type": "NO_ARTIFACTS"},
            "Environment": {"ComputeType": "BUILD_GENERAL1_SMALL", "Image": "it", "Type": "LINUX_CONTAINER"},
            "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2"}}}}});
    let mut client = Client::new();
    client.created("one", &project);
    client.delete("one").unwrap();
    client.settle();
    let set = client.change_set(&importing(target("two", &project)));
    let imports = lines(&set).iter().any(|line| line.contains("Import"));
    assert!(!imports, "{:#?}", lines(&set));
}
