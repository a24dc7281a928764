//! What deploys the definition: plans again, and blocks on what the check did not see.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::Definition;
use common::environment::{Environment, EnvironmentName, Nat};
use deploy_engine::plan::{Finding, Severity};
use serde_json::Value;
use tests::root;
use tests::synthesis::synthesize;
use xtask::assembly_folder;
use xtask::cargo::{Profile, Program, build_programs};

use crate::support::{empty, executable};

/// Stands for cargo: writes down what it is told, and ends as asked for.
const CARGO: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >> "$TOLD"
[[ $2 == deploy ]] || exit 0
exit "${DEPLOY_EXIT:-0}"
"#;

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
    assert_eq!(moved.len(), 40, "{moved:#?}");

    let (output, failed) = told("failed", &[], &[FOUND, ("DEPLOY_EXIT", "10")]);
    assert_eq!(output.status.code(), Some(10), "{output:?}");
    assert_eq!(failed.len(), 2, "{failed:#?}");
}

/// Two commits in quick succession: the second is checked before the first is deployed, and only
/// then turns out to remove what the first has made.
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
    let mut first = environment.clone();
    first.network.nat = Nat::PerZone;
    environment.network.nat = Nat::Single;
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
