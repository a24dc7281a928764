//! Exports and imports.

use emulator::api::{Action, Answer};
use serde_json::json;

use crate::support::{Client, consumer, producer, topic};

fn importers(client: &mut Client, export: &str) -> Result<Vec<String>, String> {
    match client.call(&Action::ListImports {
        export: export.to_owned(),
        next: None,
    }) {
        Ok(Answer::Imports(page)) => Ok(page.items),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal.message),
    }
}

#[test]
fn an_export_in_use_is_neither_removed_nor_changed() {
    let mut client = Client::new();
    client.created("producer", &producer("logs", "a"));
    client.created("one", &consumer("logs"));
    assert_eq!(importers(&mut client, "logs").unwrap(), ["one"]);
    client.update("producer", &topic("a")).unwrap();
    client.settle();
    let stack = client.stack("producer");
    assert_eq!(stack.status, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(
        client.failures("producer")[0],
        "producer UPDATE_ROLLBACK_IN_PROGRESS: Export logs cannot be deleted as it is in use by one"
    );
    client.update("producer", &producer("logs", "b")).unwrap();
    client.settle();
    assert!(client.failures("producer").contains(
        &"producer UPDATE_ROLLBACK_IN_PROGRESS: Export logs cannot be updated as it is in use by \
          one"
            .to_owned()
    ));
    assert_eq!(client.output("producer", "Logs"), "a");
    client.delete("one").unwrap();
    client.settle();
    assert_eq!(
        importers(&mut client, "logs").unwrap_err(),
        "Export 'logs' is not imported by any stack."
    );
    client.updated("producer", &producer("logs", "b"));
}

#[test]
fn a_stack_whose_export_is_in_use_is_not_deleted() {
    let mut client = Client::new();
    client.created("producer", &producer("logs", "a"));
    client.created("one", &consumer("logs"));
    client.created("two", &consumer("logs"));
    client.delete("producer").unwrap();
    assert_eq!(client.status("producer"), "DELETE_IN_PROGRESS");
    client.settle();
    // Not DELETE_FAILED: it is what it was.
    let stack = client.stack("producer");
    assert_eq!(stack.status, "CREATE_COMPLETE");
    assert_eq!(
        stack.status_reason.as_deref(),
        Some("Export logs cannot be deleted as it is in use by one and two")
    );
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), 3);
}

#[test]
fn an_export_is_unique_in_its_account_and_region() {
    let mut client = Client::new();
    client.created("producer", &producer("logs", "a"));
    client.create("other", &producer("logs", "b")).unwrap();
    client.settle();
    assert_eq!(client.status("other"), "ROLLBACK_COMPLETE");
    assert_eq!(
        client.failures("other")[0],
        "other ROLLBACK_IN_PROGRESS: Export with name logs is already exported by stack producer. \
         Rollback requested by user."
    );
    client.caller.region = "eu-central-1".to_owned();
    client.created("other", &producer("logs", "b"));
}

#[test]
fn an_export_that_does_not_exist_can_not_be_imported() {
    let mut client = Client::new();
    client.create("one", &consumer("logs")).unwrap();
    client.settle();
    assert_eq!(
        client.failures("one"),
        [
            "one ROLLBACK_IN_PROGRESS: No export named logs found. Rollback requested by user.",
            "one ROLLBACK_COMPLETE",
        ]
    );
    assert!(importers(&mut client, "logs").is_err());
}

#[test]
fn an_importer_locks_from_its_beginning_to_its_end() {
    let mut client = Client::new();
    client.created("producer", &producer("logs", "a"));
    client.create("one", &consumer("logs")).unwrap();
    client.pass(3);
    assert_eq!(client.status("one"), "CREATE_IN_PROGRESS");
    client.delete("producer").unwrap();
    client.pass(5);
    assert_eq!(client.status("producer"), "CREATE_COMPLETE");
    client.settle();
    // A failed update of the importer keeps the lock that it had, and lets go of the new one.
    client.created("second", &producer("more", "b"));
    let mut both = consumer("logs");
    both["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "more"}}});
    client.fail("More", emulator::ResourceOperation::Create, Some(1));
    client.update("one", &both).unwrap();
    client.settle();
    assert_eq!(client.status("one"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(importers(&mut client, "logs").unwrap(), ["one"]);
    assert!(importers(&mut client, "more").is_err());
    // An update that does not import it any more lets go.
    client.updated("one", &topic("x"));
    assert!(importers(&mut client, "logs").is_err());
}

#[test]
fn exports_are_listed() {
    let mut client = Client::new();
    client.created("producer", &producer("logs", "a"));
    match client.call(&Action::ListExports { next: None }).unwrap() {
        Answer::Exports(page) => {
            assert_eq!(page.items.len(), 1);
            assert_eq!(page.items[0].value, "a");
        }
        other => panic!("{other:?}"),
    }
}
