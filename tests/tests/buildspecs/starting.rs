//! Starts of applications' pipelines, after a release of the definition was published.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use common::assembly::{FILE_NAME, template_file};
use tests::{Synthesis, root, sample};

use crate::support::{empty, executable};

/// Stands for the command line of AWS: says how the runs of each pipeline ended, and writes down which are started.
const AWS: &str = r#"#!/usr/bin/env bash
set -euo pipefail
case "$2 $4" in
  "list-pipeline-executions api-"*) printf 'InProgress\tFailed\n' ;;
  "list-pipeline-executions mailer-"*) exit "${MAILER_EXIT:-0}" ;;
  "list-pipeline-executions "*) printf '%b\n' "${OTHERS:-Failed\\tSucceeded}" ;;
  "start-pipeline-execution "*) echo "$4" >> "$STARTED" ;;
  *) exit 3 ;;
esac
"#;

/// A folder of its own for each test, with the assembly of staging and that command line.
fn folder(name: &str, synthesis: &Synthesis) -> PathBuf {
    let folder = empty(name);
    fs::create_dir_all(folder.join("assembly")).unwrap();
    let write =
        |path: &str, text: &str| fs::write(folder.join("assembly").join(path), text).unwrap();
    let mut assembly = synthesis.assembly.clone();
    for stack in &mut assembly.stacks {
        let template = stack.template.take().unwrap();
        write(&template_file(&stack.name), &template);
    }
    write(FILE_NAME, &serde_json::to_string(&assembly).unwrap());
    executable(&folder.join("bin/aws"), AWS);
    folder
}

/// Runs the script; gives what it said and which pipelines were started.
fn start_pipelines(name: &str, environment: &[(&str, &str)]) -> (Output, Vec<String>) {
    let staging = sample()
        .iter()
        .find(|synthesis| synthesis.environment.name.as_str() == "staging")
        .unwrap();
    let folder = folder(name, staging);
    let started = folder.join("started");
    let path = format!(
        "{}:{}",
        folder.join("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new("bash")
        .arg(root().join("buildspecs/start-pipelines.sh"))
        .arg(folder.join("assembly"))
        .env("PATH", path)
        .env("STARTED", &started)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let started = fs::read_to_string(started).unwrap_or_default();
    (output, started.lines().map(str::to_owned).collect())
}

/// One that has succeeded before may have failed with a version that was taken back since; one
/// without a run has nothing to do again.
#[test]
fn pipelines_that_never_succeeded_are_started() {
    let (output, started) = start_pipelines("some-failed", &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(started, ["api-lemonade-staging"]);
}

/// An update of a pipeline cancels its run, and nothing else would deploy the commit.
#[test]
fn pipelines_whose_last_run_was_cancelled_are_started() {
    let cancelled = [("OTHERS", "Cancelled\\tSucceeded")];
    let (output, started) = start_pipelines("last-cancelled", &cancelled);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(started, ["api-lemonade-staging", "web-lemonade-staging"]);
    let before = [("OTHERS", "Failed\\tCancelled\\tSucceeded")];
    let (_, started) = start_pipelines("cancelled-before", &before);
    assert_eq!(started, ["api-lemonade-staging"]);
}

/// The definition's own is not among them: it would start itself for ever.
#[test]
fn every_pipeline_of_an_application_is_asked_and_no_other() {
    let (output, started) = start_pipelines("all-failed", &[("OTHERS", "Failed")]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(started, ["api-lemonade-staging", "web-lemonade-staging"]);
}

#[test]
fn one_that_cannot_be_asked_keeps_no_other_from_it_and_is_told() {
    let (output, started) = start_pipelines(
        "one-refused",
        &[("MAILER_EXIT", "254"), ("OTHERS", "Failed")],
    );
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(started, ["api-lemonade-staging", "web-lemonade-staging"]);
}
