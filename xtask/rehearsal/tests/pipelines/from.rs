//! `rehearse --from`: what a push does to an environment that is there.

use std::process::{Command, Output};

use tests::generated::assert_generated;
use tests::git::git;

use crate::definition_fixture::{definition, programs, said};
use crate::fixture::{Repository, folder};

const FILE: &str = "docs/guides/rehearse.md";
const STAGING: &str = "environments/staging.toml";

/// Runs the program where a person would.
fn rehearse(repository: &Repository, from: &str, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rehearse"))
        .args(["--env", "staging", "--quick", "--from", from, "--programs"])
        .arg(programs())
        .args(options)
        .current_dir(&repository.0)
        .output()
        .unwrap()
}

/// What is told, without commands and without what differs each time.
fn outline(output: &Output, commits: [(String, &str); 2]) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with("    "))
        .map(str::to_owned)
        .collect();
    // Self-update comes first. What doesn't wait for each other is deployed at the same time.
    let last = lines.iter().position(|line| line.starts_with("changes "));
    lines[last.unwrap() + 2..].sort();
    let mut outline = lines.join("\n");
    for (commit, name) in commits {
        outline = outline.replace(&commit, name);
    }
    outline
}

/// Two commits. The second one changes the branch, and with it every pipeline, and the cluster.
#[test]
fn a_push_to_an_environment_is_told_with_its_runs_and_changes() {
    let repository = definition(&folder("from"));
    repository.edit(STAGING, "branch = \"next\"", "branch = \"later\"");
    repository.edit(STAGING, "{ min = 2, max = 4 }", "{ min = 2, max = 5 }");
    repository.commit("run another branch, on more machines");
    let output = rehearse(&repository, "HEAD~1", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let named = [("HEAD~1", "<first>"), ("HEAD", "<second>")].map(|(revision, name)| {
        let short = git(&repository.0, &["rev-parse", "--short", revision]);
        (short, name)
    });
    let outline = outline(&output, named);
    assert_generated(FILE, "from", &format!("```text\n{outline}\n```\n"));
}

/// Another connection broadens permissions of the deploy role without an acknowledgement: bootstrap
/// reports it, and nothing is pushed.
#[test]
fn a_person_applies_rights_before_the_push() {
    let repository = definition(&folder("from-with-rights"));
    repository.edit(
        STAGING,
        "66666666-7777-8888-9999-000000000000",
        "77777777-7777-8888-9999-000000000000",
    );
    repository.commit("take another connection");
    let refused = rehearse(&repository, "HEAD~1", &["--bootstrap"]);
    let text = said(&refused);
    assert_eq!(refused.status.code(), Some(2), "{text}");
    assert!(
        text.contains("--acknowledge permissions-broadened:"),
        "{text}"
    );
    assert!(!text.contains("pushing "), "{text}");
}

#[test]
fn a_commit_that_is_not_there_is_said() {
    let repository = definition(&folder("from-nowhere"));
    let output = rehearse(&repository, "nowhere", &[]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error, "error: there is no commit `nowhere`\n");
}
