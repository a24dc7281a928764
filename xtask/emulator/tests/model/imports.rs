//! Imports of physical resources.

use std::collections::BTreeMap;

use cloudformation::{ChangeSetType, ResourceToImport};
use emulator::ResourceOperation;
use emulator::api::{Action, Target};
use serde_json::{Value, json};

use crate::support::{Client, lines, target, topic};

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
    assert_eq!(set.summary.status, "FAILED");
    assert_eq!(
        set.summary.status_reason.as_deref(),
        Some("Resource of type 'AWS::KMS::Key' with identifier 'nothing' was not found.")
    );
}

fn bucket(name: &str) -> Value {
    json!({"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": name}})
}

fn listed(logical_id: &str, kind: &str, identifier: &[(&str, &str)]) -> ResourceToImport {
    let entries = identifier.iter();
    ResourceToImport {
        logical_id: logical_id.into(),
        resource_type: kind.to_owned(),
        identifier: entries
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

fn import(stack: &str, template: &Value, imports: Vec<ResourceToImport>) -> Action {
    Action::CreateChangeSet {
        target: target(stack, template),
        name: "import".to_owned(),
        kind: ChangeSetType::Import,
        description: None,
        import_existing: false,
        imports,
    }
}

/// A stack with a topic, and a bucket that no stack has.
fn with_orphan() -> Client {
    let mut client = Client::new();
    client.created("gone", &json!({"Resources": {"Bucket": bucket("orphan")}}));
    client.delete("gone").unwrap();
    client.settle();
    client.created("s", &topic("a"));
    client
}

fn topic_and(resources: Value) -> Value {
    let mut template = topic("a");
    let more = resources.as_object().unwrap().clone();
    template["Resources"].as_object_mut().unwrap().extend(more);
    template
}

#[test]
fn an_import_does_nothing_else() {
    let mut client = with_orphan();
    let orphan = || listed("B", "AWS::S3::Bucket", &[("BucketName", "orphan")]);
    let template = topic_and(json!({"B": bucket("orphan")}));
    let with = |edit: &dyn Fn(&mut Value)| {
        let mut template = template.clone();
        edit(&mut template);
        template
    };
    let modified = "You have modified resources [Topic] in your template that are not being \
                    imported. Update, create or delete operations cannot be executed during import \
                    operations.";
    let cases = [
        (
            template.clone(),
            vec![],
            "Must Provide at least one resource to import",
        ),
        (
            template.clone(),
            vec![orphan(), orphan()],
            "Every resource to import must have unique LogicalResourceId",
        ),
        (
            template.clone(),
            vec![listed("X", "AWS::S3::Bucket", &[("BucketName", "orphan")])],
            "The logical resource ids [X] provided in ResourceToImport do not exist in the template.",
        ),
        (
            template.clone(),
            vec![listed("B", "AWS::S3::Bucket", &[("Name", "orphan")])],
            "Invalid resource identifier for resource type AWS::S3::Bucket. Expected [BucketName]",
        ),
        (
            template.clone(),
            vec![listed(
                "B",
                "AWS::S3::Bucket",
                &[("BucketName", "orphan"), ("Arn", "x")],
            )],
            "Invalid resource identifier for resource type AWS::S3::Bucket. Expected [BucketName]",
        ),
        (
            template.clone(),
            vec![listed("B", "AWS::EC2::EIP", &[("PublicIp", "x")])],
            "Invalid resource identifier for resource type AWS::EC2::EIP. Expected [PublicIp, \
             AllocationId]",
        ),
        (
            template.clone(),
            vec![listed("B", "AWS::SNS::Topic", &[("TopicArn", "x")])],
            "Resource type of [B] passed in ResourceToImport does not match with resource type \
             defined in the template. Resource type in ResourceToImport: AWS::SNS::Topic; Resource \
             type in Template: AWS::S3::Bucket.",
        ),
        (
            topic("a"),
            vec![listed("Topic", "AWS::SNS::Topic", &[("TopicArn", "x")])],
            "The template should contain at least one new resource to import.",
        ),
        (
            template.clone(),
            vec![
                orphan(),
                listed("Topic", "AWS::SNS::Topic", &[("TopicArn", "x")]),
            ],
            "Resources [Topic] passed in ResourceToImport are already in a stack and cannot be \
             imported.",
        ),
        (
            topic_and(json!({"B": bucket("orphan"), "N": bucket("new")})),
            vec![orphan()],
            "Resources [N] is missing from ResourceToImport list",
        ),
        (
            with(&|template| {
                template["Resources"]["Topic"]["Properties"]["DisplayName"] = json!("b");
            }),
            vec![orphan()],
            modified,
        ),
        (
            json!({"Resources": {"B": bucket("orphan")}}),
            vec![orphan()],
            modified,
        ),
        (
            with(&|template| template["Outputs"] = json!({"O": {"Value": "x"}})),
            vec![orphan()],
            "As part of the import operation, you cannot modify or add [Outputs]",
        ),
        (
            with(&|template| {
                let bucket = template["Resources"]["B"].as_object_mut().unwrap();
                bucket.remove("DeletionPolicy");
            }),
            vec![orphan()],
            "The following resources to import [B] must have DeletionPolicy attribute specified in \
             the template.",
        ),
        (
            topic_and(
                json!({"C": {"Type": "Custom::Thing", "DeletionPolicy": "Retain",
                "Properties": {"ServiceToken": "x"}}}),
            ),
            vec![listed("C", "Custom::Thing", &[("Id", "x")])],
            "The following resource types are not supported for resource import: Custom::Thing",
        ),
    ];
    for (template, imports, message) in cases {
        let refused = client.call(&import("s", &template, imports)).unwrap_err();
        assert_eq!(refused.message, message);
    }
    // A refused import leaves no new stack.
    let alone = json!({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}});
    client
        .call(&import("new", &alone, vec![orphan()]))
        .unwrap_err();
    assert!(client.find("new").is_err());
    // A deletion policy of any kind will do.
    let deleted = with(&|template| template["Resources"]["B"]["DeletionPolicy"] = json!("Delete"));
    let set = client.change_set(&import("s", &deleted, vec![orphan()]));
    assert_eq!(lines(&set), ["Import B"]);
    client.execute(&set).unwrap();
    client.settle();
    assert_eq!(client.status("s"), "IMPORT_COMPLETE");
}

#[test]
fn a_resource_of_a_stack_is_not_imported() {
    let mut client = with_orphan();
    let topic_arn = client.physical("s", "Topic");
    let template = json!({"Resources": {
        "T": {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain"}}});
    let imports = vec![listed("T", "AWS::SNS::Topic", &[("TopicArn", &topic_arn)])];
    let set = client.change_set(&import("other", &template, imports));
    let owner = client.stack("s").id;
    assert_eq!(set.summary.status, "FAILED");
    assert_eq!(
        set.summary.status_reason,
        Some(format!("{topic_arn} already exists in stack {owner}"))
    );
    // Two imports of one resource: the second one finds it taken when it is executed.
    let template = json!({"Resources": {"B": bucket("orphan")}});
    let sets = ["one", "two"].map(|stack| {
        let imports = vec![listed("B", "AWS::S3::Bucket", &[("BucketName", "orphan")])];
        client.change_set(&import(stack, &template, imports))
    });
    for set in &sets {
        client.execute(set).unwrap();
        client.settle();
    }
    assert_eq!(client.status("one"), "IMPORT_COMPLETE");
    assert_eq!(client.status("two"), "IMPORT_ROLLBACK_COMPLETE");
}

#[test]
fn existing_names_without_a_policy_are_told() {
    let mut client = Client::new();
    left_behind(&mut client);
    let set = client.change_set(&importing(target(
        "other",
        &store(&json!("data"), "Delete"),
    )));
    assert_eq!(set.summary.status, "FAILED");
    let reason = set.summary.status_reason.unwrap();
    assert!(
        reason.ends_with("The affected resources are Bucket ({BucketName=data})"),
        "{reason}"
    );
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
