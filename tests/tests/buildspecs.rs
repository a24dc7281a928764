//! The scripts of the pipelines' stages, run.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::Parser as _;
use common::assembly::{FILE_NAME, template_file};
use tests::{Synthesis, root, synthesized};

/// Stands for the command line of AWS: says how the last run of each pipeline ended, and writes
/// down which are started.
const AWS: &str = r#"#!/usr/bin/env bash
set -euo pipefail
case "$2 $4" in
  "list-pipeline-executions api-"*) echo Failed ;;
  "list-pipeline-executions mailer-"*) exit "${MAILER_EXIT:-0}" ;;
  "list-pipeline-executions "*) echo "${OTHERS:-Succeeded}" ;;
  "start-pipeline-execution "*) echo "$4" >> "$STARTED" ;;
  *) exit 3 ;;
esac
"#;

/// A folder of its own for each test, with the assembly of staging and that command line.
fn folder(name: &str, synthesis: &Synthesis) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    for inner in ["assembly", "bin"] {
        fs::create_dir_all(folder.join(inner)).unwrap();
    }
    let write =
        |path: &str, text: &str| fs::write(folder.join("assembly").join(path), text).unwrap();
    let mut assembly = synthesis.assembly.clone();
    for stack in &mut assembly.stacks {
        let template = stack.template.take().unwrap();
        write(&template_file(&stack.name), &template);
    }
    write(FILE_NAME, &serde_json::to_string(&assembly).unwrap());
    let aws = folder.join("bin/aws");
    fs::write(&aws, AWS).unwrap();
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Runs the script; gives what it said and which pipelines were started.
fn start_pipelines(name: &str, environment: &[(&str, &str)]) -> (Output, Vec<String>) {
    let staging = synthesized()
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

#[test]
fn pipelines_whose_last_run_has_failed_are_started() {
    let (output, started) = start_pipelines("some-failed", &[]);
    assert!(output.status.success(), "{output:?}");
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

/// The scripts call the command line as it is: every call of it can be read. `deployer` takes the
/// words of the verbs that `cargo xtask` hands on.
#[test]
fn every_call_of_the_command_line_can_be_read() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    let mut calls = 0;
    for entry in fs::read_dir(root().join("buildspecs")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let line = line.trim_start_matches([' ', '-']);
            let Some(words) = ["cargo xtask ", "./bin/deployer "]
                .iter()
                .find_map(|program| line.strip_prefix(program))
            else {
                continue;
            };
            let words = words
                .split(" ||")
                .next()
                .unwrap()
                .replace("$ENVIRONMENT", "staging")
                .replace("$APPLICATION", "web")
                .replace("$digest", &digest)
                .replace(" \"$@\"", " --only cicd")
                .replace('"', "");
            let words = std::iter::once("xtask").chain(words.split_whitespace());
            if let Err(error) = xtask::cli::Cli::try_parse_from(words) {
                panic!("{}: {line}\n{error}", path.display());
            }
            calls += 1;
        }
    }
    assert!(calls >= 8, "only {calls} calls were found");
}
