//! The scripts of the pipelines' stages, run.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::Parser as _;
use common::Definition;
use common::assembly::{FILE_NAME, template_file};
use common::environment::{Environment, EnvironmentName};
use deploy_engine::plan::{Finding, Severity};
use serde_json::Value;
use tests::synthesis::synthesize;
use tests::{Synthesis, root, synthesized};
use xtask::assembly_folder;
use xtask::cargo::{Profile, Program, build_programs};
use yaml_rust2::{Yaml, YamlLoader};

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

/// One that has succeeded before may have failed with a version that was taken back since; one
/// without a run has nothing to do again.
#[test]
fn pipelines_that_never_succeeded_are_started() {
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

/// Stands for cargo: writes down what it is told, and ends as asked for.
const CARGO: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >> "$TOLD"
[[ $2 == deploy ]] || exit 0
exit "${DEPLOY_EXIT:-0}"
"#;

fn executable(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// `plan-and-deploy.sh` in a folder, with the `cargo` that is in its `bin`.
fn plan_and_deploy(folder: &Path, words: &[&str], environment: &[(&str, &str)]) -> Output {
    let path = std::env::var("PATH").unwrap();
    Command::new("bash")
        .arg(root().join("buildspecs/plan-and-deploy.sh"))
        .args(words)
        .current_dir(folder)
        .env_remove("CODEBUILD_SRC_DIR_Findings")
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("TOLD", folder.join("told"))
        .env("ENVIRONMENT", "staging")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

/// An empty folder of a test.
fn empty(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs it with a `cargo` that only listens; gives how it ended, and what that was told.
fn told(name: &str, words: &[&str], environment: &[(&str, &str)]) -> (Output, Vec<String>) {
    let folder = empty(name);
    executable(&folder.join("bin/cargo"), CARGO);
    let output = plan_and_deploy(&folder, words, environment);
    let told = fs::read_to_string(folder.join("told")).unwrap_or_default();
    (output, told.lines().map(str::to_owned).collect())
}

const FOUND: (&str, &str) = ("CODEBUILD_SRC_DIR_Findings", "/found");

const DEPLOYED: &str = "xtask deploy --env staging --plan target/plan.json --confirm staging";

#[test]
fn what_is_deployed_was_seen_by_the_check() {
    let (output, told) = told("seen", &["--only", "cicd"], &[FOUND]);
    assert!(output.status.success(), "{output:?}");
    let plan = "xtask plan --env staging --require-acknowledged --out target/plan.json \
                --seen /found/findings.json --only cicd";
    assert_eq!(told, [plan, DEPLOYED]);
}

/// A pipeline from before findings were handed on has none, and could never be updated otherwise.
#[test]
fn only_an_update_of_the_pipeline_goes_without_what_was_found() {
    let (output, updated) = told("update-unseen", &["--only", "cicd"], &[]);
    assert!(output.status.success(), "{output:?}");
    let plan = "xtask plan --env staging --require-acknowledged --out target/plan.json --only cicd";
    assert_eq!(updated, [plan, DEPLOYED]);

    let (output, deployed) = told("deploy-unseen", &[], &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(deployed, [""; 0]);
}

#[test]
fn what_has_moved_is_planned_again_and_not_for_ever() {
    let (output, moved) = told("moved", &[], &[FOUND, ("DEPLOY_EXIT", "11")]);
    assert_eq!(output.status.code(), Some(11), "{output:?}");
    assert_eq!(moved.len(), 6, "{moved:#?}");

    let (output, failed) = told("failed", &[], &[FOUND, ("DEPLOY_EXIT", "10")]);
    assert_eq!(output.status.code(), Some(10), "{output:?}");
    assert_eq!(failed.len(), 2, "{failed:#?}");
}

/// Two commits in quick succession: the second is checked before the first is deployed, and only
/// then turns out to replace what the first has made.
#[test]
fn what_the_check_did_not_see_is_not_deployed_though_it_is_acknowledged() {
    let programs = [
        ("deploy", "deployer"),
        ("local-cloudformation", "local-cloudformation"),
    ];
    let programs = programs.map(|(package, binary)| Program { package, binary });
    let built = build_programs(root(), &programs, Profile::Same).unwrap();
    let deployer = built["deployer"].to_str().unwrap();

    let folder = empty("moved-meanwhile");
    let engine = "#!/usr/bin/env bash\nshift\nverb=$1\nshift\n\
                  exec \"$DEPLOYER\" \"$verb\" --local state --local-speed 6000 \"$@\"\n";
    executable(&folder.join("bin/cargo"), engine);
    let definition = Definition::load(root()).unwrap();
    let mut environment = definition
        .environment(EnvironmentName::Staging)
        .unwrap()
        .clone();
    let define = |environment: &Environment| {
        let assembly = synthesize(environment).assembly;
        assembly_folder::write(&folder, &[assembly]).unwrap();
        let _ = fs::remove_dir_all(folder.join("assembly"));
        fs::rename(folder.join("staging"), folder.join("assembly")).unwrap();
    };
    let run = |words: &str| {
        Command::new(folder.join("bin/cargo"))
            .arg("xtask")
            .args(words.split_whitespace())
            .args(["--env", "staging", "--only", "network"])
            .current_dir(&folder)
            .env("DEPLOYER", deployer)
            .output()
            .unwrap()
    };
    let found = folder.join("found");
    let deploy = || {
        let found = found.to_str().unwrap();
        let more = [
            ("CODEBUILD_SRC_DIR_Findings", found),
            ("DEPLOYER", deployer),
        ];
        plan_and_deploy(&folder, &["--only", "network"], &more)
    };
    let check = "plan --require-acknowledged --findings found/findings.json";
    fs::create_dir_all(&found).unwrap();

    // The second commit is checked while nothing is there.
    let first = environment.clone();
    environment.network.cidr = "10.99.0.0/16".parse().unwrap();
    define(&environment);
    let output = run(check);
    assert!(output.status.success(), "{output:?}");
    // Then the first one is deployed.
    define(&first);
    let output = run("deploy");
    assert!(output.status.success(), "{output:?}");
    define(&environment);
    let before = fs::read_to_string(found.join("findings.json")).unwrap();

    // What the second one has to have acknowledged, and has.
    let output = run(check);
    assert_eq!(output.status.code(), Some(8), "{output:?}");
    let now = fs::read_to_string(found.join("findings.json")).unwrap();
    let value: Value = serde_json::from_str(&now).unwrap();
    let findings: Vec<Finding> = serde_json::from_value(value["findings"].clone()).unwrap();
    let acknowledged: Vec<String> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Acknowledge)
        .map(|finding| {
            let word = finding.acknowledgement();
            format!("[[acknowledgement]]\nword = \"{word}\"\nreason = \"moves\"\n")
        })
        .collect();
    assert!(!acknowledged.is_empty(), "{now}");
    fs::write(folder.join("acknowledgements.toml"), acknowledged.concat()).unwrap();

    fs::write(found.join("findings.json"), before).unwrap();
    let output = deploy();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(8), "{output:?}");
    assert!(said.contains("did not see it"), "{said}");

    // The pipeline is started again: its check sees it.
    let output = run(check);
    assert!(output.status.success(), "{output:?}");
    let output = deploy();
    assert!(output.status.success(), "{output:?}");
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
                .split(['|', '>'])
                .next()
                .unwrap()
                .replace("$environment", "staging")
                .replace("$base", "next")
                .replace("$ENVIRONMENT", "staging")
                .replace("$APPLICATION", "web")
                .replace("$digest", &digest)
                .replace(" \"${seen[@]}\"", " --seen findings.json")
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

/// A proposal's own code runs in the workflow of pull requests.
#[test]
fn a_workflow_for_proposals_reads_and_holds_no_secret() {
    let path = root().join(".github/workflows/pull-request.yml");
    let text = fs::read_to_string(path).unwrap();
    let read = YamlLoader::load_from_str(&text).unwrap();
    let [workflow] = read.as_slice() else {
        panic!("one document");
    };
    let keys = |yaml: &Yaml| -> Vec<String> {
        let entries = yaml.as_hash().unwrap().keys();
        entries
            .map(|key| key.as_str().unwrap().to_owned())
            .collect()
    };
    // With the secrets of the repository runs `pull_request_target`.
    assert_eq!(keys(&workflow["on"]), ["pull_request"]);
    assert_eq!(keys(&workflow["permissions"]), ["contents"]);
    assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"));
    assert_eq!(keys(&workflow["jobs"]), ["check"]);
    let job = &workflow["jobs"]["check"];
    assert!(job["permissions"].is_badvalue(), "more than the workflow");
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

/// Runs the script for proposals; gives how it ended, what cargo was told, and the summary.
fn proposal(name: &str, environment: &[(&str, &str)]) -> (Output, Vec<String>, String) {
    let folder = empty(name);
    executable(&folder.join("bin/cargo"), PROPOSAL);
    fs::create_dir_all(folder.join("buildspecs")).unwrap();
    fs::write(folder.join("buildspecs/toolchain.sh"), "").unwrap();
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
    (output, told, read("summary.md"))
}

#[test]
fn a_proposal_is_checked_and_compared_in_both_environments() {
    let (output, told, summary) = proposal("proposal", &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        told,
        [
            "xtask check --judges",
            "xtask test",
            "xtask diff --env staging --base origin/next",
            "xtask diff --env production --base origin/next",
        ]
    );
    for environment in ["staging", "production"] {
        let shown = format!(
            "## What changes in {environment}\n\n````text\n\
             as xtask diff --env {environment} --base origin/next\n````\n"
        );
        assert!(summary.contains(&shown), "{summary}");
    }
}

#[test]
fn a_proposal_whose_tests_fail_fails() {
    let (output, told, summary) = proposal("proposal-fails", &[("FAILS", "test")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(summary, "");
}

/// The image's own version changes unasked. Tests and checks take Python, and fetch with npm; a
/// script of the deployment is Python.
#[test]
fn what_takes_python_says_which() {
    for (file, runtimes) in [
        ("check.yml", &["python", "nodejs"][..]),
        ("deploy.yml", &["python"]),
        ("pull-request.yml", &["python", "nodejs"]),
    ] {
        let text = fs::read_to_string(root().join("buildspecs").join(file)).unwrap();
        let read = YamlLoader::load_from_str(&text).unwrap();
        let versions = &read[0]["phases"]["install"]["runtime-versions"];
        for runtime in runtimes {
            let version = versions[*runtime].as_str();
            let version = version.unwrap_or_else(|| panic!("{file}: {runtime}"));
            assert!(
                version.starts_with(|first: char| first.is_ascii_digit()),
                "{file}"
            );
        }
    }
}

/// The build on CodeBuild does what the workflow of GitHub's does, and shows it at the log's end.
#[test]
fn a_build_of_a_proposal_runs_the_script_and_shows_what_would_change() {
    let text = fs::read_to_string(root().join("buildspecs/pull-request.yml")).unwrap();
    let read = YamlLoader::load_from_str(&text).unwrap();
    let [buildspec] = read.as_slice() else {
        panic!("one document");
    };
    // No variable, no parameter, no secret, and no file that is kept.
    let keys = |yaml: &Yaml| -> Vec<String> {
        let entries = yaml.as_hash().unwrap().keys();
        entries
            .map(|key| key.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(keys(buildspec), ["version", "env", "phases"]);
    assert_eq!(keys(&buildspec["env"]), ["shell"]);
    assert_eq!(keys(&buildspec["phases"]), ["install", "build"]);
    let install = keys(&buildspec["phases"]["install"]);
    assert_eq!(install, ["on-failure", "runtime-versions"]);
    let commands = buildspec["phases"]["build"]["commands"].as_vec().unwrap();

    let folder = empty("proposal-on-codebuild");
    executable(&folder.join("bin/cargo"), PROPOSAL);
    fs::create_dir_all(folder.join("buildspecs")).unwrap();
    fs::write(folder.join("buildspecs/toolchain.sh"), "").unwrap();
    let script = root().join("buildspecs/pull-request.sh");
    fs::copy(script, folder.join("buildspecs/pull-request.sh")).unwrap();
    let path = std::env::var("PATH").unwrap();
    // Each is a script of its own, and one that fails ends the build.
    let run = |base: &str| -> Vec<Output> {
        let mut outputs = Vec::new();
        for command in commands {
            let output = Command::new("bash")
                .args(["-c", command.as_str().unwrap()])
                .current_dir(&folder)
                .env("PATH", format!("{}:{path}", folder.join("bin").display()))
                .env("TOLD", folder.join("told"))
                .env("CODEBUILD_WEBHOOK_BASE_REF", base)
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
    let outputs = run("refs/heads/next");
    let last = outputs.last().unwrap();
    assert!(last.status.success(), "{outputs:?}");
    let shown = String::from_utf8_lossy(&last.stdout);
    for environment in ["staging", "production"] {
        let line = format!("as xtask diff --env {environment} --base origin/next");
        assert!(shown.contains(&line), "{shown}");
    }
    // Started by hand, it has no branch to compare with, and says so.
    let outputs = run("");
    assert_eq!(outputs.len(), 1);
    let said = String::from_utf8_lossy(&outputs[0].stderr);
    assert!(
        said.contains("the branch that it is proposed for"),
        "{said}"
    );
}
