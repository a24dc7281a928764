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
if [[ $2 == review ]]; then
  [[ $7 == --out ]]
  for file in report.md report.json; do echo "$file" > "$8/$file"; done
  echo "::warning file=a.toml,line=1::lost" > "$8/annotations.txt"
fi
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

/// What the script for pull requests does.
struct PullRequest {
    output: Output,
    calls: Vec<String>,
    folder: PathBuf,
    /// Where the proposal began.
    from: String,
}

impl PullRequest {
    fn run(name: &str, environment: &[(&str, &str)]) -> Self {
        let (folder, from) = clone(name);
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("bash")
            .arg(root().join("buildspecs/pull-request.sh"))
            .args(["next", "summary.md"])
            .current_dir(&folder)
            .env("PATH", format!("{}:{path}", folder.join("bin").display()))
            .env("CALLS", folder.join("calls"))
            .env_remove("GITHUB_REF")
            .envs(environment.iter().copied())
            .output()
            .unwrap();
        let calls = fs::read_to_string(folder.join("calls")).unwrap();
        Self {
            output,
            calls: calls.lines().map(str::to_owned).collect(),
            folder,
            from,
        }
    }

    fn file(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(path)).ok()
    }

    fn review(&self) -> String {
        let options = "--format markdown --out target/review";
        format!("xtask review --base {} {options}", self.from)
    }
}

#[test]
fn a_pull_request_is_checked_and_reviewed() {
    let run = PullRequest::run("pull-request", &[("GITHUB_REF", "refs/pull/7/merge")]);
    assert!(run.output.status.success(), "{:?}", run.output);
    let calls = ["xtask check --judges", "xtask test", &run.review()];
    assert_eq!(run.calls, calls);
    let summary = format!("as {}\n", run.review());
    assert_eq!(run.file("summary.md"), Some(summary));
    assert!(run.file("target/review/report.md").is_some());
    assert_eq!(run.file("target/review/number").as_deref(), Some("7\n"));
    let printed = String::from_utf8(run.output.stdout).unwrap();
    assert!(
        printed.contains("\n::warning file=a.toml,line=1::lost\n"),
        "{printed}"
    );
}

#[test]
fn a_pull_request_whose_tests_fail_fails() {
    let run = PullRequest::run("pull-request-fails", &[("FAILS", "test")]);
    assert_eq!(run.output.status.code(), Some(1), "{:?}", run.output);
    assert_eq!(run.calls[..2], ["xtask check --judges", "xtask test"]);
    // It is reviewed all the same.
    assert!(run.file("summary.md").is_some());
    // Nothing but a run of a pull request has a number.
    assert_eq!(run.file("target/review/number"), None);
}
