//! The same input gives the same bytes, whatever else is compiled in.

use std::process::Command;

use common::environment::EnvironmentName;
use tests::{root, synthesize, synthesized};

#[test]
fn two_syntheses_are_identical() {
    for first in synthesized() {
        let second = synthesize(&first.environment);
        assert_eq!(
            serde_json::to_string(&first.assembly).unwrap(),
            serde_json::to_string(&second.assembly).unwrap(),
        );
    }
}

#[test]
fn environments_are_synthesized_in_their_order() {
    let names: Vec<EnvironmentName> = synthesized()
        .iter()
        .map(|synthesis| synthesis.environment.name)
        .collect();
    assert_eq!(names, EnvironmentName::ALL);
}

/// A crate that turns on `serde_json/preserve_order` turns it on for every crate of the build.
#[test]
fn preserved_order_changes_nothing() {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "tests"])
        .args(["--bin", "print-synthesis", "--features", "preserve-order"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let stdout = String::from_utf8(output.stdout).unwrap();
    let (order, found) = stdout.split_once('\n').unwrap();
    let expected: String = synthesized()
        .iter()
        .map(|synthesis| serde_json::to_string(&synthesis.assembly).unwrap() + "\n")
        .collect();
    let here = serde_json::json!({"z": 1, "a": 2}).to_string();
    assert_eq!(
        (here.as_str(), order),
        (r#"{"a":2,"z":1}"#, r#"{"z":1,"a":2}"#)
    );
    assert!(
        expected == found,
        "the synthesis depends on the order that serde_json keeps"
    );
}
