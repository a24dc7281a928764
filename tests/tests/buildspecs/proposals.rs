//! Proposals for the definition: their code runs before anybody has read it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tests::git::git;
use tests::root;

use crate::support::{empty, executable, keys, yaml};

/// A proposal's own code runs in the workflow of pull requests.
#[test]
fn a_workflow_for_proposals_reads_and_holds_no_secret() {
    const FILE: &str = ".github/workflows/pull-request.yml";
    let workflow = yaml(FILE);
    // With the secrets of the repository runs `pull_request_target`.
    assert_eq!(keys(&workflow["on"]), ["pull_request"]);
    assert_eq!(keys(&workflow["permissions"]), ["contents"]);
    assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"));
    assert_eq!(keys(&workflow["jobs"]), ["check"]);
    let job = &workflow["jobs"]["check"];
    assert!(job["permissions"].is_badvalue(), "more than the workflow");
    let text = fs::read_to_string(root().join(FILE)).unwrap();
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
            // What an event says would be a part of the command.
            assert!(!command.contains("${{"), "{command}");
            commands.extend(command.split_whitespace().map(str::to_owned));
        }
    }
    assert_eq!(commands[..2], ["bash", "buildspecs/pull-request.sh"]);
    assert!(root().join(&commands[1]).is_file());
}

/// Stands for cargo in a proposal: says what it is told, and fails where that is asked for.
const PROPOSAL: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >> "$TOLD"
[[ $2 != "${FAILS:-}" ]]
echo "as $*"
"#;

/// A proposal's clone, in a folder of a test: of its own branch only, and the branch that it is
/// proposed for has gone on. Gives the folder, and the commit that the proposal began at.
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
    commit("proposal");
    git(&origin, &["checkout", "--quiet", "next"]);
    commit("next");
    let words = [
        "clone",
        "--quiet",
        "--single-branch",
        "--branch",
        "proposal",
    ];
    git(&folder, &[&words[..], &["origin", "clone"]].concat());
    let clone = folder.join("clone");
    executable(&clone.join("bin/cargo"), PROPOSAL);
    fs::create_dir_all(clone.join("buildspecs")).unwrap();
    fs::write(clone.join("buildspecs/toolchain.sh"), "").unwrap();
    (clone, from)
}

/// Runs the script for proposals; gives how it ended, what cargo was told, and the summary.
fn proposal(name: &str, environment: &[(&str, &str)]) -> (Output, Vec<String>, String, String) {
    let (folder, from) = clone(name);
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .arg(root().join("buildspecs/pull-request.sh"))
        .args(["next", "summary.md"])
        .current_dir(&folder)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("TOLD", folder.join("told"))
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
    let told = read("told").lines().map(str::to_owned).collect();
    (output, told, read("summary.md"), from)
}

#[test]
fn a_proposal_is_checked_and_compared_in_both_environments() {
    let (output, told, summary, from) = proposal("proposal", &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        told,
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
fn a_proposal_whose_tests_fail_fails() {
    let (output, told, summary, _) = proposal("proposal-fails", &[("FAILS", "test")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(told[..2], ["xtask check --judges", "xtask test"]);
    // What would change is shown all the same.
    assert!(
        summary.contains("## What changes in production"),
        "{summary}"
    );
}

/// The build on CodeBuild does what the workflow of GitHub's does, and shows it at the log's end.
#[test]
fn a_build_of_a_proposal_runs_the_script_and_shows_what_would_change() {
    let buildspec = yaml("buildspecs/pull-request.yml");
    // No variable, no parameter, no secret, and no file that is kept.
    assert_eq!(keys(&buildspec), ["version", "env", "phases"]);
    assert_eq!(keys(&buildspec["env"]), ["shell", "git-credential-helper"]);
    assert_eq!(keys(&buildspec["phases"]), ["install", "build"]);
    let install = keys(&buildspec["phases"]["install"]);
    assert_eq!(install, ["on-failure", "runtime-versions"]);
    let commands = buildspec["phases"]["build"]["commands"].as_vec().unwrap();

    let (folder, from) = clone("proposal-on-codebuild");
    let script = root().join("buildspecs/pull-request.sh");
    fs::copy(script, folder.join("buildspecs/pull-request.sh")).unwrap();
    let path = std::env::var("PATH").unwrap();
    // Each is a script of its own, and one that fails ends the build.
    let build = |base: &str, fails: &str| -> Vec<Output> {
        let mut outputs = Vec::new();
        for command in commands {
            let output = Command::new("bash")
                .args(["-c", command.as_str().unwrap()])
                .current_dir(&folder)
                .env("PATH", format!("{}:{path}", folder.join("bin").display()))
                .env("TOLD", folder.join("told"))
                .env("CODEBUILD_WEBHOOK_BASE_REF", base)
                .env("FAILS", fails)
                .output()
                .unwrap();
            let is_well = output.status.success();
            outputs.push(output);
            if !is_well {
                break;
            }
        }
        outputs
    };
    let run = |base: &str| build(base, "");
    let failing = |base: &str| build(base, "test");
    let outputs = run("refs/heads/next");
    let last = outputs.last().unwrap();
    assert!(last.status.success(), "{outputs:?}");
    let shown = String::from_utf8_lossy(&last.stdout);
    for environment in ["staging", "production"] {
        let line = format!("as xtask diff --env {environment} --base {from}");
        assert!(shown.contains(&line), "{shown}");
    }
    let outputs = failing("refs/heads/next");
    let last = outputs.last().unwrap();
    assert_eq!(last.status.code(), Some(1), "{outputs:?}");
    assert!(String::from_utf8_lossy(&last.stdout).contains("## What changes in staging"));
    // Started by hand, it has no branch to compare with, and says so.
    let outputs = run("");
    assert_eq!(outputs.len(), 1);
    let said = String::from_utf8_lossy(&outputs[0].stderr);
    assert!(
        said.contains("the branch that it is proposed for"),
        "{said}"
    );
}
