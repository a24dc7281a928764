//! The workflow that promotes an application: its steps, run with real repositories and a stand-in for AWS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::environment::EnvironmentName;
use common::naming::ApplicationRole;
use serde_json::{Value, json};
use tests::git::git;
use tests::sample;
use yaml_rust2::Yaml;

use crate::support::{empty, executable, keys, yaml};

const FILE: &str = ".github/workflows/application-promote.yml";

fn steps() -> Vec<Yaml> {
    let workflow = yaml(FILE);
    let jobs = &workflow["jobs"];
    assert_eq!(keys(jobs), ["promote"]);
    jobs["promote"]["steps"].as_vec().unwrap().clone()
}

/// The one step with a command.
fn command() -> String {
    let steps = steps();
    let mut commands = steps.iter().filter_map(|step| step["run"].as_str());
    let command = commands.next().unwrap().to_owned();
    assert!(commands.next().is_none());
    command
}

#[test]
fn the_workflow_is_called_and_may_move_a_branch_and_act_as_one_role() {
    let workflow = yaml(FILE);
    assert_eq!(keys(&workflow["on"]), ["workflow_call"]);
    let permissions = &workflow["permissions"];
    assert_eq!(keys(permissions), ["contents", "id-token"]);
    assert_eq!(permissions["contents"].as_str(), Some("write"));
    assert_eq!(permissions["id-token"].as_str(), Some("write"));
    assert!(workflow["jobs"]["promote"]["permissions"].is_badvalue());
    for step in steps() {
        if let Some(action) = step["uses"].as_str() {
            let (_, commit) = action.split_once('@').unwrap();
            let is_commit =
                commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit, "{action}: a tag can be moved");
        }
    }
    // What a caller says would be a part of the command.
    assert!(!command().contains("${{"));
    assert!(!command().contains("--force"));
}

/// What the workflow builds from its inputs is what the definition calls things.
#[test]
fn the_workflow_names_the_role_and_the_pipeline_as_the_definition_does() {
    let steps = steps();
    let credentials = &steps[1]["with"];
    let mut seen = 0;
    for synthesis in sample() {
        let environment = &synthesis.environment;
        if environment.name != EnvironmentName::Staging {
            continue;
        }
        let names = environment.names();
        let web = environment.application("web").unwrap();
        let filled = |text: &str| {
            text.replace("${{ inputs.account }}", environment.account.as_str())
                .replace("${{ inputs.region }}", environment.region.as_str())
                .replace("${{ inputs.application }}", "web")
        };
        let role = names.application_role(&web.name, ApplicationRole::Promote);
        let account = &environment.account;
        assert_eq!(
            filled(credentials["role-to-assume"].as_str().unwrap()),
            format!("arn:aws:iam::{account}:role{}{role}", names.role_path())
        );
        assert_eq!(
            filled(credentials["aws-region"].as_str().unwrap()),
            environment.region.as_str()
        );
        let pipeline = names.pipeline(&web.name).replace("web", "$APPLICATION");
        assert!(command().contains(&format!("pipeline={pipeline}\n")));
        let inputs = &yaml(FILE)["on"]["workflow_call"]["inputs"];
        let from = inputs["from"]["default"].as_str();
        assert_eq!(from, Some(environment.branch.as_str()));
        seen += 1;
    }
    assert_eq!(seen, 1);
    let production = sample()
        .iter()
        .find(|one| one.environment.name == EnvironmentName::Production);
    let to = yaml(FILE)["on"]["workflow_call"]["inputs"]["to"]["default"].clone();
    assert_eq!(
        to.as_str(),
        Some(production.unwrap().environment.branch.as_str())
    );
}

/// Stands for the command line of AWS: answers with the runs of a file, through the query that it is given.
const AWS: &str = r#"#!/usr/bin/env python3
import json, os, sys

words = sys.argv[1:]
assert words[:2] == ["codepipeline", "list-pipeline-executions"], words
options = dict(zip(words[2::2], words[3::2]))
assert options["--pipeline-name"] == "web-lemonade-staging", options
# As text, the query would apply to each page separately.
assert options["--output"] == "json", options
assert options["--query"] == (
    "pipelineExecutionSummaries[?status==`Succeeded`] | [0]"
    ".sourceRevisions[?actionName==`Source`] | [0].revisionId"
), options
runs = json.load(open(os.environ["RUNS"]))["pipelineExecutionSummaries"]
succeeded = [run for run in runs if run["status"] == "Succeeded"]
revisions = succeeded[0]["sourceRevisions"] if succeeded else []
sources = [one["revisionId"] for one in revisions if one["actionName"] == "Source"]
print(json.dumps(sources[0] if sources else None))
"#;

/// A repository as GitHub would have it, and the clone that the workflow works in. `stable` is at the first
/// commit, `next` two further.
struct Ground {
    folder: PathBuf,
    commits: Vec<String>,
}

impl Ground {
    fn new(name: &str) -> Self {
        let folder = empty(name);
        let origin = folder.join("origin");
        fs::create_dir(&origin).unwrap();
        git(&origin, &["init", "--quiet", "--initial-branch", "next"]);
        let mut ground = Self {
            folder,
            commits: Vec::new(),
        };
        for subject in ["first", "second", "third"] {
            let commit = ground.commit("next", subject);
            ground.commits.push(commit);
            if subject == "first" {
                git(&origin, &["branch", "stable"]);
            }
        }
        // Nothing is checked out that a push would move.
        git(&origin, &["checkout", "--quiet", "--detach"]);
        let words = ["clone", "--quiet", "--branch", "next", "origin", "clone"];
        git(&ground.folder, &words);
        executable(&ground.folder.join("bin/aws"), AWS);
        ground
    }

    fn origin(&self) -> PathBuf {
        self.folder.join("origin")
    }

    fn commit(&self, branch: &str, subject: &str) -> String {
        let origin = self.origin();
        git(&origin, &["checkout", "--quiet", "-B", branch]);
        let words = ["commit", "--quiet", "--allow-empty", "--message", subject];
        git(&origin, &words);
        git(&origin, &["rev-parse", "HEAD"])
    }

    fn stable(&self) -> String {
        git(&self.origin(), &["rev-parse", "stable"])
    }

    /// Runs the step, where the pipeline's runs ended so, the newest first.
    fn promote(&self, runs: &[(&str, &str)]) -> Output {
        let runs: Vec<Value> = runs
            .iter()
            .map(|(status, commit)| {
                json!({ "status": status, "sourceRevisions": [
                    { "actionName": "Release", "revisionId": "a-version-of-an-object" },
                    { "actionName": "Source", "revisionId": commit },
                ] })
            })
            .collect();
        let file = self.folder.join("runs.json");
        fs::write(
            &file,
            json!({ "pipelineExecutionSummaries": runs }).to_string(),
        )
        .unwrap();
        run(&self.folder.join("clone"), &file)
    }
}

fn run(clone: &Path, runs: &Path) -> Output {
    let bin = clone.parent().unwrap().join("bin");
    let path = std::env::var("PATH").unwrap();
    // As GitHub runs it.
    Command::new("bash")
        .args(["-e", "-c", &command()])
        .current_dir(clone)
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("RUNS", runs)
        .env("APPLICATION", "web")
        .env("FROM", "next")
        .env("TO", "stable")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_newest_commit_that_completed_is_promoted() {
    let ground = Ground::new("promotes");
    let [first, second, third] = ground.commits.as_slice() else {
        panic!();
    };
    let output = ground.promote(&[
        ("InProgress", third),
        ("Succeeded", second),
        ("Succeeded", first),
    ]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(&ground.stable(), second);
    // Again: there is nothing to do.
    let output = ground.promote(&[("Failed", third), ("Succeeded", second)]);
    assert!(output.status.success(), "{output:?}");
    assert!(said(&output).contains("nothing to promote"), "{output:?}");
    assert_eq!(&ground.stable(), second);
}

#[test]
fn what_never_completed_is_not_promoted() {
    let ground = Ground::new("promotes-nothing");
    let before = ground.stable();
    let third = &ground.commits[2];
    for runs in [
        &[][..],
        &[("Failed", third.as_str()), ("Stopped", third.as_str())][..],
        &[
            ("Superseded", third.as_str()),
            ("InProgress", third.as_str()),
        ][..],
    ] {
        let output = ground.promote(runs);
        assert!(output.status.success(), "{output:?}");
        assert!(said(&output).contains("nothing is promoted"), "{output:?}");
        assert_eq!(ground.stable(), before);
    }
}

/// A person promoted a newer one, or a commit ran again that was promoted long ago.
#[test]
fn a_branch_never_goes_back() {
    let ground = Ground::new("promotes-forward-only");
    let third = ground.commits[2].clone();
    git(&ground.origin(), &["branch", "--force", "stable", &third]);
    let output = ground.promote(&[("Succeeded", &ground.commits[1])]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(ground.stable(), third);
}

#[test]
fn a_branch_that_has_something_of_its_own_is_refused() {
    let ground = Ground::new("promotes-no-fork");
    git(&ground.origin(), &["checkout", "--quiet", "stable"]);
    let own = ground.commit("stable", "a fix of its own");
    git(&ground.origin(), &["checkout", "--quiet", "--detach"]);
    let output = ground.promote(&[("Succeeded", &ground.commits[2])]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(&output).contains("does not follow"), "{output:?}");
    assert_eq!(ground.stable(), own);
}

#[test]
fn a_commit_that_is_not_on_the_branch_any_more_is_refused() {
    let ground = Ground::new("promotes-no-rewritten");
    let before = ground.stable();
    let third = ground.commits[2].clone();
    git(
        &ground.origin(),
        &["branch", "--force", "next", &ground.commits[1]],
    );
    let output = ground.promote(&[("Succeeded", &third)]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(&output).contains("is not on next"), "{output:?}");
    assert_eq!(ground.stable(), before);
}

#[test]
fn a_branch_that_is_not_there_yet_is_made() {
    let ground = Ground::new("promotes-first");
    git(
        &ground.origin(),
        &["branch", "--delete", "--force", "stable"],
    );
    let output = ground.promote(&[("Succeeded", &ground.commits[0])]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(ground.stable(), ground.commits[0]);
}

/// Other revisions are no commits to push.
#[test]
fn what_is_no_commit_is_not_pushed() {
    let ground = Ground::new("promotes-commits-only");
    let before = ground.stable();
    for revision in ["next", "+refs/heads/next", "--all", "0123"] {
        let output = ground.promote(&[("Succeeded", revision)]);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(ground.stable(), before, "{revision}");
    }
}
