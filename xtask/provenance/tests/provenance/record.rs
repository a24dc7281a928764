//! Records: their content, and those that are refused.

use std::fs;

use common::assembly::Assembly;
use provenance::{FILE_NAME, Record, RecordError, Source};

use crate::scratch::Scratch;

fn assembly() -> Assembly {
    serde_json::from_value(serde_json::json!({
        "version": 1, "environment": "staging", "account": "444455556666",
        "region": "eu-west-1", "branch": "next", "order": [], "stacks": [],
    }))
    .unwrap()
}

#[test]
fn a_record_is_of_one_assembly() {
    let scratch = Scratch::repository("record");
    let folder = scratch.path().join("target");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("assembly.json"), "{}").unwrap();
    assert_eq!(Record::read(&folder).unwrap(), None);

    let record = Record::new(&folder, &assembly(), scratch.inspect()).unwrap();
    record.write(&folder).unwrap();
    assert_eq!(Record::read(&folder).unwrap().as_ref(), Some(&record));

    fs::write(folder.join("assembly.json"), "{ }").unwrap();
    let changed = Record::new(&folder, &assembly(), scratch.inspect()).unwrap();
    assert_ne!(changed.assembly_digest, record.assembly_digest);
}

#[test]
fn what_cant_be_understood_is_refused() {
    let scratch = Scratch::new("malformed");
    let read = |text: &str| {
        scratch.write(FILE_NAME, text);
        Record::read(scratch.path()).unwrap_err()
    };
    assert!(matches!(read("{"), RecordError::Malformed { .. }));
    assert!(matches!(
        read(r#"{"version": 2, "more": 1}"#),
        RecordError::Version { found: 2, .. }
    ));
    let more = r#"{"version":1,"assemblyDigest":"d","source":{"unknown":{"why":"w"}},"more":1}"#;
    assert!(matches!(read(more), RecordError::Malformed { .. }));
    let known = more.replace(r#","more":1"#, "");
    scratch.write(FILE_NAME, &known);
    let record = Record::read(scratch.path()).unwrap().unwrap();
    assert_eq!(
        record.source,
        Source::Unknown {
            why: "w".to_owned()
        }
    );
}
