//! `promote`, with repositories on this machine and an HTTP server that answers for AWS.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cli_conventions::exit_code;

use crate::support::stub::Stub;
use test_support::Scratch;
use test_support::assembly;
use test_support::git::git;

/// A repository as GitHub would have it, and a clone of it.
struct Repositories {
    scratch: Scratch,
}

impl Repositories {
    /// `stable` is at the first commit, `next` two further.
    fn new(name: &str) -> Self {
        let scratch = Scratch::new(name);
        let repositories = Self { scratch };
        let origin = repositories.origin();
        std::fs::create_dir_all(&origin).unwrap();
        git(&origin, &["init", "--quiet", "--initial-branch", "next"]);
        // A bare repository would take pushes to any branch; here only the one that is checked out
        // could refuse.
        repositories.commit("first");
        git(&origin, &["branch", "stable"]);
        repositories.commit("second");
        repositories.commit("third \u{1b}[31mred");
        let clone = repositories.clone_folder();
        let words = ["clone", "--quiet", origin.to_str().unwrap()];
        git(
            repositories.scratch.path(),
            &[&words[..], &[clone.to_str().unwrap()]].concat(),
        );
        repositories
    }

    fn origin(&self) -> PathBuf {
        self.scratch.path().join("hub/lemonade/infrastructure")
    }

    fn clone_folder(&self) -> PathBuf {
        self.scratch.path().join("clone")
    }

    fn commit(&self, subject: &str) -> String {
        let origin = self.origin();
        std::fs::write(origin.join("file"), subject).unwrap();
        git(&origin, &["add", "file"]);
        git(&origin, &["commit", "--quiet", "--message", subject]);
        self.head("next")
    }

    fn head(&self, branch: &str) -> String {
        git(&self.origin(), &["rev-parse", branch])
    }

    /// Promotes, where the pipeline's runs ended so.
    fn promote(&self, runs: &[(&str, &str)], words: &[&str]) -> Output {
        let runs: Vec<serde_json::Value> = runs
            .iter()
            .map(|(status, commit)| {
                serde_json::json!({
                    "pipelineExecutionId": format!("run-of-{}", &commit[..4]),
                    "status": status,
                    "lastUpdateTime": 1_772_409_600,
                    "sourceRevisions": [{ "actionName": "Source", "revisionId": commit }],
                })
            })
            .collect();
        let history = serde_json::json!({ "pipelineExecutionSummaries": runs }).to_string();
        self.promote_where((200, history), words)
    }

    /// Promotes a commit that completed staging, and sees it arrive.
    #[track_caller]
    fn promotes(&self, commit: &str) {
        let confirmed = ["--commit", commit, "--confirm", "production"];
        let words = [&TO_PRODUCTION[..], &confirmed].concat();
        let output = self.promote(&[("Succeeded", commit)], &words);
        assert!(output.status.success(), "{}", seen(&output));
        assert_eq!(self.head("stable"), commit);
    }

    fn promote_where(&self, history: (u16, String), words: &[&str]) -> Output {
        let stub = Stub::answering(move |operation| {
            match operation {
            "ListPipelineExecutions" => history.clone(),
            "GetCallerIdentity" => (
                200,
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::444455556666:assumed-role/operator/ada</Arn><UserId>AIDA</UserId><Account>444455556666</Account></GetCallerIdentityResult></GetCallerIdentityResponse>".to_owned(),
            ),
            other => panic!("{other} is not asked for"),
        }
        });
        let (template, digest) = assembly::with_digest(r#"{"Resources":{}}"#);
        let environment = words[1];
        let mut assembly = assembly::of(environment);
        assembly.stacks[0].bytes = template.len();
        assembly.stacks[0].digest = digest;
        let json = serde_json::to_string(&assembly).unwrap();
        self.scratch.write("assembly/assembly.json", &json);
        let file = format!("assembly/lemonade-{environment}-network.template.json");
        self.scratch.write(&file, &template);
        let definition = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/definition");
        Command::new(env!("CARGO_BIN_EXE_deployer"))
            .arg("promote")
            .args(words)
            .args(["--assembly", "assembly", "--checkout", "clone"])
            .arg("--definition")
            .arg(definition)
            .args(["--endpoint-url", stub.address()])
            .current_dir(self.scratch.path())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.scratch.path())
            .env("LANG", "C.UTF-8")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_MAX_ATTEMPTS", "1")
            .output()
            .unwrap()
    }
}

fn seen(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}---\n{}", text(&output.stdout), text(&output.stderr))
}

const TO_PRODUCTION: [&str; 2] = ["--env", "production"];

#[track_caller]
fn refused(repositories: &Repositories, output: &Output, code: u8) -> String {
    let seen = seen(output);
    assert_eq!(output.status.code(), Some(i32::from(code)), "{seen}");
    let (stable, first) = (repositories.head("stable"), repositories.head("next~2"));
    assert_eq!(stable, first, "nothing was pushed");
    seen
}

#[test]
fn what_completed_is_shown_and_promoted_when_it_is_confirmed() {
    let repositories = Repositories::new("promote");
    let [second, third] = ["next~1", "next"].map(|branch| repositories.head(branch));
    let runs = [("Failed", third.as_str()), ("Succeeded", second.as_str())];
    let output = repositories.promote(
        &runs,
        &[
            &TO_PRODUCTION[..],
            &["--commit", &second[..10], "--confirm", "production"],
        ]
        .concat(),
    );
    let seen = seen(&output);
    assert!(output.status.success(), "{seen}");
    assert_eq!(repositories.head("stable"), second);
    for text in [
        &format!(
            "{} of lemonade/infrastructure completed in staging",
            &second[..12]
        ),
        "cicd.definition-lemonade-staging",
        "1 commit behind:",
        "second",
        "1 file changed, 1 insertion(+), 1 deletion(-)",
        "the pipeline of production takes it from here",
    ] {
        assert!(seen.contains(text), "{text}: {seen}");
    }
    assert!(!seen.contains("third"), "{seen}");
}

#[test]
fn without_a_terminal_the_commit_that_is_confirmed_has_to_be_named() {
    let repositories = Repositories::new("promote-unnamed");
    let third = repositories.head("next");
    let words = [&TO_PRODUCTION[..], &["--confirm", "production"]].concat();
    let output = repositories.promote(&[("Succeeded", &third)], &words);
    let seen = refused(&repositories, &output, exit_code::REFUSED);
    // What is in messages of commits can't draw on the terminal.
    assert!(seen.contains("third") && !seen.contains('\u{1b}'), "{seen}");
}

#[test]
fn what_never_completed_in_staging_is_refused() {
    let repositories = Repositories::new("promote-failed");
    let third = repositories.head("next");
    let words = [
        &TO_PRODUCTION[..],
        &["--commit", &third, "--confirm", "production"],
    ]
    .concat();
    for runs in [&[("Failed", third.as_str())][..], &[]] {
        let output = repositories.promote(runs, &words);
        let seen = refused(&repositories, &output, exit_code::REFUSED);
        assert!(
            seen.contains("has not completed in cicd.definition"),
            "{seen}"
        );
    }
}

#[test]
fn what_is_no_step_forward_is_refused() {
    let repositories = Repositories::new("promote-backward");
    let origin = repositories.origin();
    let first = repositories.head("stable");
    let third = repositories.head("next");
    // Something was committed to `stable` alone.
    git(&origin, &["checkout", "--quiet", "stable"]);
    std::fs::write(origin.join("hotfix"), "").unwrap();
    git(&origin, &["add", "hotfix"]);
    git(&origin, &["commit", "--quiet", "--message", "hotfix"]);
    git(&origin, &["checkout", "--quiet", "next"]);
    let output = repositories.promote(
        &[("Succeeded", &third)],
        &[
            &TO_PRODUCTION[..],
            &["--commit", &third, "--confirm", "production"],
        ]
        .concat(),
    );
    let seen = seen(&output);
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit_code::REFUSED)),
        "{seen}"
    );
    assert!(seen.contains("a branch only moves forward"), "{seen}");
    assert_ne!(repositories.head("stable"), third);
    assert_ne!(repositories.head("stable"), first);

    // As the next step says: what is on `stable` alone is merged into `next`.
    git(&origin, &["merge", "--quiet", "--no-edit", "stable"]);
    let merged = repositories.head("next");
    repositories.promotes(&merged);
}

#[test]
fn a_commit_that_is_not_on_stagings_branch_any_more_is_refused() {
    let repositories = Repositories::new("promote-rewritten");
    let third = repositories.head("next");
    git(
        &repositories.origin(),
        &["reset", "--quiet", "--hard", "next~1"],
    );
    let output = repositories.promote(
        &[("Succeeded", &third)],
        &[
            &TO_PRODUCTION[..],
            &["--commit", &third, "--confirm", "production"],
        ]
        .concat(),
    );
    let seen = seen(&output);
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit_code::REFUSED)),
        "{seen}"
    );
    assert!(seen.contains("is not on next"), "{seen}");

    // As the next step says: one that is on it.
    let second = repositories.head("next");
    repositories.promotes(&second);
}

#[test]
fn what_is_there_already_moves_nothing_and_asks_nothing() {
    let repositories = Repositories::new("promote-again");
    let first = repositories.head("stable");
    let output = repositories.promote(&[("Succeeded", &first)], &TO_PRODUCTION);
    let seen = seen(&output);
    assert!(output.status.success(), "{seen}");
    assert!(seen.contains("there is nothing to promote"), "{seen}");
}

#[test]
fn an_application_is_promoted_in_a_checkout_of_its_own_repository() {
    let repositories = Repositories::new("promote-application");
    let words = [&TO_PRODUCTION[..], &["--application", "web"]].concat();
    let output = repositories.promote(&[], &words);
    let seen = refused(&repositories, &output, exit_code::USAGE);
    assert!(
        seen.contains("clone has no remote that is lemonade/web"),
        "{seen}"
    );

    // As the next step says: in a checkout of `lemonade/web`.
    let hub = repositories.scratch.path().join("hub/lemonade");
    std::fs::rename(hub.join("infrastructure"), hub.join("web")).unwrap();
    let web = hub.join("web");
    git(
        &repositories.clone_folder(),
        &["remote", "set-url", "origin", web.to_str().unwrap()],
    );
    let second = git(&web, &["rev-parse", "next~1"]);
    let confirmed = ["--commit", &second, "--confirm", "production"];
    let words = [&words[..], &confirmed].concat();
    let output = repositories.promote(&[("Succeeded", &second)], &words);
    assert!(output.status.success(), "{}", self::seen(&output));
    assert_eq!(git(&web, &["rev-parse", "stable"]), second);
}

#[test]
fn nothing_is_promoted_to_staging() {
    let repositories = Repositories::new("promote-to-staging");
    let output = repositories.promote(&[], &["--env", "staging"]);
    let seen = refused(&repositories, &output, exit_code::USAGE);
    assert!(
        seen.contains("promoted from staging to production"),
        "{seen}"
    );
}

#[test]
fn for_programs_it_is_one_value() {
    let repositories = Repositories::new("promote-json");
    let third = repositories.head("next");
    let output = repositories.promote(
        &[("Succeeded", &third)],
        &[
            &TO_PRODUCTION[..],
            &[
                "--commit",
                &third,
                "--confirm",
                "production",
                "--format",
                "json",
            ],
        ]
        .concat(),
    );
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["commit"], third.as_str());
    assert_eq!(value["branch"], "stable");
    assert_eq!(value["moved"], true);
    assert_eq!(value["commits"].as_array().unwrap().len(), 2);
}

#[test]
fn a_pipeline_that_is_not_there_or_can_not_be_asked_is_told() {
    let repositories = Repositories::new("promote-no-pipeline");
    let answer = |code: &str| (400, format!(r#"{{"__type":"{code}","message":"no"}}"#));
    let output = repositories.promote_where(answer("PipelineNotFoundException"), &TO_PRODUCTION);
    let seen = refused(&repositories, &output, exit_code::REFUSED);
    assert!(seen.contains("there is no pipeline cicd.definition-lemonade-staging in staging"));
    let output = repositories.promote_where(answer("AccessDeniedException"), &TO_PRODUCTION);
    refused(&repositories, &output, exit_code::CREDENTIALS);
}
