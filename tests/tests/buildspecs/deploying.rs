//! The deployment of the definition: it plans again, and blocks on findings that the check did not report.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::Definition;
use common::environment::{Environment, EnvironmentName, Nat};
use deploy::plan::{Finding, Severity};
use serde_json::Value;
use tests::root;
use tests::synthesis::synthesize;
use xtask::assembly_folder;
use xtask::cargo::{Profile, Program, build_programs};

use crate::support::{empty, executable};

/// Replaces the engine of the release: records its calls, and exits as requested.
const ENGINE: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "${*//"$RELEASE"/release}" >> "$CALLS"
[[ $1 == deploy ]] || exit 0
exit "${DEPLOY_EXIT:-0}"
"#;

/// The digest of a release, as stage Build computes it.
fn digest(release: &Path) -> String {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", ". \"$0\"; release_digest \"$1\""])
        .arg(root().join("buildspecs/release.sh"))
        .arg(release)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn release(folder: &Path, engine: &str) -> PathBuf {
    let release = folder.join("release");
    executable(&release.join("bin/deployer"), engine);
    release
}

/// `plan-and-deploy.sh` in a folder, with the release that is in it.
fn plan_and_deploy(folder: &Path, words: &[&str], environment: &[(&str, &str)]) -> Output {
    let release = folder.join("release");
    Command::new("bash")
        .arg(root().join("buildspecs/plan-and-deploy.sh"))
        .args(words)
        .current_dir(folder)
        .env_remove("CODEBUILD_SRC_DIR_Findings")
        .env("CODEBUILD_SRC_DIR_Release", &release)
        .env("RELEASE_DIGEST", digest(&release))
        .env("RELEASE", &release)
        .env("CALLS", folder.join("calls"))
        .env("ENVIRONMENT", "staging")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

/// Runs it with the recording engine; returns its output and the calls.
fn calls(name: &str, words: &[&str], environment: &[(&str, &str)]) -> (Output, Vec<String>) {
    let folder = empty(name);
    release(&folder, ENGINE);
    let output = plan_and_deploy(&folder, words, environment);
    let calls = fs::read_to_string(folder.join("calls")).unwrap_or_default();
    (output, calls.lines().map(str::to_owned).collect())
}

const FOUND: (&str, &str) = ("CODEBUILD_SRC_DIR_Findings", "/found");

const DEPLOYED: &str =
    "deploy --env staging --assembly release/assembly --plan target/plan.json --confirm staging";

#[test]
fn what_is_deployed_was_seen_by_the_check() {
    let (output, calls) = calls("seen", &["--only", "cicd"], &[FOUND]);
    assert!(output.status.success(), "{output:?}");
    let plan = "plan --env staging --assembly release/assembly --require-acknowledged \
                --out target/plan.json --seen /found/findings.json --only cicd";
    assert_eq!(calls, [plan, DEPLOYED]);
}

/// Nothing of a release is run that is not the one that stage Build made, or where there is none.
#[test]
fn what_is_not_what_build_made_is_never_run() {
    let refused = |name: &str, variable: (&str, &str), why: &str| {
        let (output, calls) = calls(name, &["--only", "cicd"], &[FOUND, variable]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(why), "{said}");
        assert_eq!(calls, [""; 0]);
    };
    let other = "0a".repeat(32);
    refused(
        "another-release",
        ("RELEASE_DIGEST", &other),
        "not the release",
    );
    // A pipeline from before there was a stage Build.
    let person = "cargo xtask bootstrap --env staging";
    refused("no-digest", ("RELEASE_DIGEST", ""), person);
    refused("no-release", ("CODEBUILD_SRC_DIR_Release", ""), person);
}

/// One byte, one name or one file more is another release.
#[test]
fn a_digest_is_of_every_file() {
    let release = release(&empty("digest"), ENGINE);
    let mut digests = vec![digest(&release)];
    let mut now = |change: &dyn Fn()| {
        change();
        let digest = digest(&release);
        assert!(!digests.contains(&digest));
        digests.push(digest);
    };
    let of = |name: &str| release.join(name);
    now(&|| fs::write(of("release.json"), "{}").unwrap());
    now(&|| fs::write(of("release.json"), "{ }").unwrap());
    now(&|| fs::rename(of("release.json"), of("other.json")).unwrap());
}

#[test]
fn what_was_not_checked_is_not_deployed() {
    for (name, words) in [
        ("update-unseen", &["--only", "cicd"][..]),
        ("deploy-unseen", &[]),
    ] {
        let (output, calls) = calls(name, words, &[]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(calls, [""; 0]);
    }
}

#[test]
fn what_has_moved_is_planned_again_and_not_for_ever() {
    let (output, moved) = calls("moved", &[], &[FOUND, ("DEPLOY_EXIT", "11")]);
    assert_eq!(output.status.code(), Some(11), "{output:?}");
    assert_eq!(moved.len(), 40, "{moved:#?}");

    let (output, failed) = calls("failed", &[], &[FOUND, ("DEPLOY_EXIT", "10")]);
    assert_eq!(output.status.code(), Some(10), "{output:?}");
    assert_eq!(failed.len(), 2, "{failed:#?}");
}

/// Two commits in quick succession: the second is checked before the first is deployed, and only
/// then turns out to remove what the first has made.
#[test]
fn what_the_check_did_not_see_is_not_deployed_though_it_is_acknowledged() {
    let program = Program {
        package: "deploy",
        binary: "deploy",
    };
    let built = build_programs(root(), &[program], Profile::Same).unwrap();
    let deployer = built["deploy"].to_str().unwrap();

    let folder = empty("moved-meanwhile");
    let engine = "#!/usr/bin/env bash\nverb=$1\nshift\n\
                  exec \"$DEPLOYER\" \"$verb\" --local state --local-speed 6000 \"$@\"\n";
    let release = release(&folder, engine);
    let definition = Definition::load(root()).unwrap();
    let mut environment = definition
        .environment(EnvironmentName::Staging)
        .unwrap()
        .clone();
    let define = |environment: &Environment| {
        let assembly = synthesize(environment).assembly;
        assembly_folder::write(&folder, &[assembly], None).unwrap();
        let _ = fs::remove_dir_all(release.join("assembly"));
        fs::rename(folder.join("staging"), release.join("assembly")).unwrap();
    };
    let run = |words: &str| {
        Command::new(release.join("bin/deployer"))
            .args(words.split_whitespace())
            .args(["--env", "staging", "--assembly", "release/assembly"])
            .args(["--only", "network"])
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
    assert!(
        said.contains("the environment has changed since the check"),
        "{said}"
    );

    // The pipeline is started again: its check sees it.
    let output = run(check);
    assert!(output.status.success(), "{output:?}");
    let output = deploy();
    assert!(output.status.success(), "{output:?}");
}
