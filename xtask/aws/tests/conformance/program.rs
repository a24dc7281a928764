//! The program, as people call it, against a local CloudFormation over HTTP.

use std::path::PathBuf;
use std::process::{Command, Output};

use emulator::server::{Options, Server, Speed};
use serde_json::Value;

fn conformance(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance"))
        .args(words)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "111122223333")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn differences_are_written_as_data() {
    let server = Server::start(&Options {
        speed: Speed::FASTEST,
        ..Options::default()
    })
    .unwrap();
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("differences.ndjson");
    let output = conformance(&[
        "--region=eu-west-1",
        "--budget-usd=1",
        "--yes",
        "--endpoint-url",
        &server.url(),
        "--out",
        out.to_str().unwrap(),
        "--only=log-group-unique",
        "--only=bucket-objects",
        "--only=an_export_is_exported_once",
    ]);
    let screen = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{screen}");
    let lines: Vec<Value> = std::fs::read_to_string(&out)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let cases: Vec<_> = lines.iter().map(|line| line["case"].as_str()).collect();
    assert_eq!(
        cases,
        [
            Some("an_export_is_exported_once"),
            Some("bucket-objects"),
            Some("log-group-unique")
        ]
    );
    assert_eq!(lines[2]["observed"][0], "create first: CREATE_COMPLETE");
    assert_eq!(lines[2]["equal"], true, "{}", lines[2]);
    assert_eq!(lines[1]["skipped"], "the endpoint has CloudFormation only");
}

/// Before anything is called.
#[test]
fn what_could_cost_more_than_the_budget_is_not_begun() {
    let output = conformance(&[
        "--region=eu-west-1",
        "--budget-usd=0",
        "--yes",
        // Nothing listens there.
        "--endpoint-url=http://127.0.0.1:9",
    ]);
    assert_eq!(output.status.code(), Some(3));
    let screen = text(&output.stderr);
    assert!(
        screen.contains("more than the $0.000 of --budget-usd; nothing was started"),
        "{screen}"
    );
}

#[test]
fn nothing_is_begun_without_a_confirmation() {
    let server = Server::start(&Options::default()).unwrap();
    let output = conformance(&[
        "--region=eu-west-1",
        "--budget-usd=1",
        "--endpoint-url",
        &server.url(),
    ]);
    assert_eq!(output.status.code(), Some(3));
    let screen = text(&output.stderr);
    assert!(
        screen.contains("stdin is not a terminal: pass --yes; nothing was started"),
        "{screen}"
    );
    assert!(output.stdout.is_empty());
}
