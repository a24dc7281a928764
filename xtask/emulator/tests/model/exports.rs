//! Exports and imports.

use emulator::api::{Action, Answer};
use serde_json::json;

use crate::support::{Desk, consumer, producer, topic};

fn importers(desk: &mut Desk, export: &str) -> Result<Vec<String>, String> {
    match desk.call(&Action::ListImports {
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
    let mut desk = Desk::new();
    desk.created("producer", &producer("logs", "a"));
    desk.created("one", &consumer("logs"));
    assert_eq!(importers(&mut desk, "logs").unwrap(), ["one"]);
    desk.update("producer", &topic("a")).unwrap();
    desk.settle();
    let stack = desk.stack("producer");
    assert_eq!(stack.status, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(
        desk.failures("producer")[0],
        "producer UPDATE_ROLLBACK_IN_PROGRESS: Export logs cannot be deleted as it is in use by one"
    );
    desk.update("producer", &producer("logs", "b")).unwrap();
    desk.settle();
    assert!(desk.failures("producer").contains(
        &"producer UPDATE_ROLLBACK_IN_PROGRESS: Export logs cannot be updated as it is in use by \
          one"
            .to_owned()
    ));
    assert_eq!(desk.output("producer", "Logs"), "a");
    desk.delete("one").unwrap();
    desk.settle();
    assert_eq!(
        importers(&mut desk, "logs").unwrap_err(),
        "Export 'logs' is not imported by any stack."
    );
    desk.updated("producer", &producer("logs", "b"));
}

#[test]
fn a_stack_whose_export_is_in_use_is_not_deleted() {
    let mut desk = Desk::new();
    desk.created("producer", &producer("logs", "a"));
    desk.created("one", &consumer("logs"));
    desk.created("two", &consumer("logs"));
    desk.delete("producer").unwrap();
    assert_eq!(desk.status("producer"), "DELETE_IN_PROGRESS");
    desk.settle();
    // Not DELETE_FAILED: it is what it was.
    let stack = desk.stack("producer");
    assert_eq!(stack.status, "CREATE_COMPLETE");
    assert_eq!(
        stack.status_reason.as_deref(),
        Some("Export logs cannot be deleted as it is in use by one and two")
    );
    assert_eq!(desk.cloud.existing(&desk.caller).len(), 3);
}

#[test]
fn an_export_is_unique_in_its_account_and_region() {
    let mut desk = Desk::new();
    desk.created("producer", &producer("logs", "a"));
    desk.create("other", &producer("logs", "b")).unwrap();
    desk.settle();
    assert_eq!(desk.status("other"), "ROLLBACK_COMPLETE");
    assert_eq!(
        desk.failures("other")[0],
        "other ROLLBACK_IN_PROGRESS: Export with name logs is already exported by stack producer. \
         Rollback requested by user."
    );
    desk.caller.region = "eu-central-1".to_owned();
    desk.created("other", &producer("logs", "b"));
}

#[test]
fn what_nobody_exports_can_not_be_imported() {
    let mut desk = Desk::new();
    desk.create("one", &consumer("logs")).unwrap();
    desk.settle();
    assert_eq!(
        desk.failures("one"),
        [
            "one ROLLBACK_IN_PROGRESS: No export named logs found. Rollback requested by user.",
            "one ROLLBACK_COMPLETE",
        ]
    );
    assert!(importers(&mut desk, "logs").is_err());
}

#[test]
fn an_importer_locks_from_its_beginning_to_its_end() {
    let mut desk = Desk::new();
    desk.created("producer", &producer("logs", "a"));
    desk.create("one", &consumer("logs")).unwrap();
    desk.pass(3);
    assert_eq!(desk.status("one"), "CREATE_IN_PROGRESS");
    desk.delete("producer").unwrap();
    desk.pass(5);
    assert_eq!(desk.status("producer"), "CREATE_COMPLETE");
    desk.settle();
    // A failed update of the importer keeps the lock that it had, and lets go of the new one.
    desk.created("second", &producer("more", "b"));
    let mut both = consumer("logs");
    both["Resources"]["More"] = json!({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "more"}}});
    desk.fail("More", emulator::On::Create, Some(1));
    desk.update("one", &both).unwrap();
    desk.settle();
    assert_eq!(desk.status("one"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(importers(&mut desk, "logs").unwrap(), ["one"]);
    assert!(importers(&mut desk, "more").is_err());
    // An update that does not import it any more lets go.
    desk.updated("one", &topic("x"));
    assert!(importers(&mut desk, "logs").is_err());
}

#[test]
fn exports_are_listed() {
    let mut desk = Desk::new();
    desk.created("producer", &producer("logs", "a"));
    match desk.call(&Action::ListExports { next: None }).unwrap() {
        Answer::Exports(page) => {
            assert_eq!(page.items.len(), 1);
            assert_eq!(page.items[0].value, "a");
        }
        other => panic!("{other:?}"),
    }
}
