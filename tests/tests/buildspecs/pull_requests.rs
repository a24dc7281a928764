//! Pull requests, whose code runs before a review.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tests::git::git;
use tests::root;

use crate::support::{empty, executable, keys, yaml};

/// The code of a pull request is not reviewed yet: its workflow reads and holds no
/// secret. Gives the commands of its one job.
fn commands_of_a_harmless_workflow(file: &str, trigger: &str, job: &str) -> Vec<String> {
    let workflow = yaml(file);
    // With the secrets of the repository runs `pull_request_target`.
    assert_eq!(keys(&workflow["on"]), [trigger]);
    assert_eq!(keys(&workflow["permissions"]), ["contents"]);
    assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"));
    assert_eq!(keys(&workflow["jobs"]), [job]);
    let job = &workflow["jobs"][job];
    assert!(job["permissions"].is_badvalue(), "more than the workflow");
    let text = fs::read_to_string(root().join(file)).unwrap();
    for word in ["secrets", "id-token", "write", "AWS_", "GITHUB_TOKEN"] {
        assert!(!text.contains(word), "{word}");
    }
    let mut commands = Vec::new();
    for step in job["steps"].as_vec().unwrap() {
        if let Some(action) = step["uses"].as_str() {
            let (_, commit) = action.split_once('@').unwrap();
            let is_commit =
                commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit, "{action}: a tag can be moved");
        }
        if let Some(command) = step["run"].as_str() {
            // What an event or a caller says would be a part of the command.
            assert!(!command.contains("${{"), "{command}");
            commands.push(command.to_owned());
        }
    }
    commands
}

#[test]
fn the_definitions_pull_requests_run_a_script_that_is_there() {
    let file = ".github/workflows/pull-request.yml";
    let commands = commands_of_a_harmless_workflow(file, "pull_request", "check");
    let [command] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    let words: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(words[..2], ["bash", "buildspecs/pull-request.sh"]);
    assert!(root().join(words[1]).is_file());
}

/// As the pipeline does it, but for the registry: tests, image, tests of the image.
#[test]
fn an_applications_pull_requests_are_tested_and_built_and_not_pushed() {
    let file = ".github/workflows/application-pull-request.yml";
    let commands = commands_of_a_harmless_workflow(file, "workflow_call", "build");
    let of = |name: &str| format!("bash -euo pipefail -c \"${name}\"");
    assert_eq!(commands.first(), Some(&of("TEST_COMMAND")));
    assert!(commands[1].starts_with("docker build "), "{commands:?}");
    assert_eq!(commands.last(), Some(&of("IMAGE_TEST")));
    assert!(!commands.iter().any(|command| command.contains("push")));
    // The names of the inputs are the keys of `[<name>.build]`.
    let inputs = keys(&yaml(file)["on"]["workflow_call"]["inputs"]);
    assert_eq!(inputs, ["test", "dockerfile", "image_test"]);
}

/// Replaces cargo in a pull request: records its calls, and fails if requested.
const CARGO: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >> "$CALLS"
[[ $2 != "${FAILS:-}" ]]
echo "as $*"
"#;

/// A pull request's clone, in a folder of a test: of its own branch only, and its base branch has moved
/// on. Gives the folder, and the commit that the pull request began at.
fn clone(name: &str) -> (PathBuf, String) {
    let folder = empty(name);
    let origin = folder.join("origin");
    fs::create_dir(&origin).unwrap();
    let commit = |branch: &str| {
        git(&origin, &["checkout", "--quiet", "-B", branch]);
        let words = ["commit", "--quiet", "--allow-empty", "--message", branch];
        git(&origin, &words);
        git(&origin, &["rev-parse", "HEAD"])
    };
    git(&origin, &["init", "--quiet"]);
    let from = commit("next");
    commit("change");
    git(&origin, &["checkout", "--quiet", "next"]);
    commit("next");
    let words = ["clone", "--quiet", "--single-branch", "--branch", "change"];
    git(&folder, &[&words[..], &["origin", "clone"]].concat());
    let clone = folder.join("clone");
    executable(&clone.join("bin/cargo"), CARGO);
    fs::create_dir_all(clone.join("buildspecs")).unwrap();
    fs::write(clone.join("buildspecs/toolchain.sh"), "").unwrap();
    (clone, from)
}

/// Runs the script for pull requests; returns its output, the calls of cargo, and the summary.
fn pull_request(name: &str, environment: &[(&str, &str)]) -> (Output, Vec<String>, String, String) {
    let (folder, from) = clone(name);
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .arg(root().join("buildspecs/pull-request.sh"))
        .args(["next", "summary.md"])
        .current_dir(&folder)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("CALLS", folder.join("calls"))
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
    let calls = read("calls").lines().map(str::to_owned).collect();
    (output, calls, read("summary.md"), from)
}

#[test]
fn a_pull_request_is_checked_and_compared_in_both_environments() {
    let (output, calls, summary, from) = pull_request("pull-request", &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        calls,
        [
            "xtask check --judges".to_owned(),
            "xtask test".to_owned(),
            format!("xtask diff --env staging --base {from}"),
            format!("xtask diff --env production --base {from}"),
        ]
    );
    for environment in ["staging", "production"] {
        let shown = format!(
            "## What changes in {environment}\n\n````text\n\
             as xtask diff --env {environment} --base {from}\n````\n"
        );
        assert!(summary.contains(&shown), "{summary}");
    }
}

#[test]
fn a_pull_request_whose_tests_fail_fails() {
    let (output, calls, summary, _) = pull_request("pull-request-fails", &[("FAILS", "test")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(calls[..2], ["xtask check --judges", "xtask test"]);
    // What would change is shown all the same.
    assert!(
        summary.contains("## What changes in production"),
        "{summary}"
    );
}
