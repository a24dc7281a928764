//! `applications rollback`, against an HTTP server that answers for AWS.

use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use cli_conventions::exit_code;

use crate::support::stub::Stub;
use test_support::Scratch;
use test_support::assembly;

/// The service's template, as it is defined and deployed.
const TEMPLATE: &str = r#"{"Parameters":{"ImageDigest":{"Type":"String"}},"Resources":{}}"#;

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

/// The commit that an image was built from.
fn commit(digit: char) -> String {
    digit.to_string().repeat(40)
}

/// A page of the pipeline's runs: how each ended, and with which commit. Every run has the release
/// as another source.
fn history(runs: &[(&str, char)], next: Option<&str>) -> (u16, String) {
    let runs: Vec<serde_json::Value> = runs
        .iter()
        .map(|(status, digit)| {
            serde_json::json!({
                "pipelineExecutionId": format!("run-{digit}"),
                "status": status,
                "sourceRevisions": [
                    { "actionName": "Release", "revisionId": "3sRo5a9.version" },
                    { "actionName": "Source", "revisionId": commit(*digit) },
                ],
            })
        })
        .collect();
    let page = serde_json::json!({ "pipelineExecutionSummaries": runs, "nextToken": next });
    (200, page.to_string())
}

/// Every version was deployed.
fn all_well() -> (u16, String) {
    let runs = [("Succeeded", 'c'), ("Succeeded", 'b'), ("Succeeded", 'a')];
    history(&runs, None)
}

/// Staging with one service, which runs the image of `c`, a repository with three, and a pipeline
/// that says this of its runs, call by call.
fn stub(histories: Vec<(u16, String)>) -> Stub {
    let asked = AtomicUsize::new(0);
    Stub::answering(move |operation| {
        match operation {
        "ListPipelineExecutions" => histories[asked.fetch_add(1, Ordering::Relaxed)].clone(),
        "GetCallerIdentity" => (
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::444455556666:assumed-role/operator/ada</Arn><UserId>AIDA</UserId><Account>444455556666</Account></GetCallerIdentityResult></GetCallerIdentityResponse>".to_owned(),
        ),
        "DescribeStacks" => {
            let name = "lemonade-staging-service-web";
            let text = format!(
                "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>\
                 <StackName>{name}</StackName>\
                 <StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/{name}/1</StackId>\
                 <CreationTime>2026-03-01T00:00:00Z</CreationTime>\
                 <StackStatus>CREATE_COMPLETE</StackStatus>\
                 <Parameters><member><ParameterKey>ImageDigest</ParameterKey><ParameterValue>{}</ParameterValue></member></Parameters>\
                 <Tags><member><Key>lemonade:environment</Key><Value>staging</Value></member></Tags>\
                 <Outputs><member><OutputKey>DefinitionDigest</OutputKey><OutputValue>{}</OutputValue></member></Outputs>\
                 </member></Stacks></DescribeStacksResult></DescribeStacksResponse>",
                digest('c'),
                assembly::with_digest(TEMPLATE).1,
            );
            (200, text)
        }
        "GetTemplate" => (
            200,
            format!("<GetTemplateResponse><GetTemplateResult><TemplateBody>{TEMPLATE}</TemplateBody></GetTemplateResult></GetTemplateResponse>"),
        ),
        "DescribeImages" => {
            let image = |digit: char, seconds: u32| {
                format!(
                    r#"{{"imageDigest":"{}","imageTags":["{}"],"imagePushedAt":{seconds}}}"#,
                    digest(digit),
                    commit(digit)
                )
            };
            let images = [
                image('b', 1_772_409_600),
                image('c', 1_772_496_000),
                image('a', 1_772_323_200),
            ];
            (200, format!(r#"{{"imageDetails":[{}]}}"#, images.join(",")))
        }
        other => (400, format!("<ErrorResponse><Error><Code>{other}</Code><Message>unexpected</Message></Error></ErrorResponse>")),
    }
    })
}

fn rollback(stub: &Stub, name: &str, words: &[&str]) -> Output {
    let scratch = Scratch::new(name);
    let (template, digest) =
        assembly::with_digest(r#"{"Parameters":{"ImageDigest":{"Type":"String"}},"Resources":{}}"#);
    let mut assembly = assembly::of("staging");
    assembly.stacks[0].bytes = template.len();
    assembly.stacks[0].digest = digest;
    assembly.stacks[0].parameters = vec!["ImageDigest".to_owned()];
    let json = serde_json::to_string(&assembly).unwrap();
    scratch.write(
        "assembly/assembly.json",
        &json.replace("network", "service-web"),
    );
    scratch.write(
        "assembly/lemonade-staging-service-web.template.json",
        &template,
    );
    Command::new(env!("CARGO_BIN_EXE_deployer"))
        .arg("image-rollback")
        .args(words)
        .args(["--env", "staging", "--assembly", "assembly"])
        .args(["--endpoint-url", stub.address()])
        .current_dir(scratch.path())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1")
        .output()
        .unwrap()
}

/// Everything that a person sees; nothing was written.
#[track_caller]
fn refused(stub: &Stub, output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let seen = format!("{}---\n{}", text(&output.stdout), text(&output.stderr));
    let code = Some(i32::from(exit_code::REFUSED));
    assert_eq!(output.status.code(), code, "{seen}\n{:?}", stub.asked());
    for written in ["CreateChangeSet", "ExecuteChangeSet"] {
        assert!(!stub.asked().contains(&written.to_owned()), "{seen}");
    }
    seen
}

/// The image is printed before the question; and there is no terminal here.
#[test]
fn without_a_digest_it_is_the_one_that_ran_before() {
    let stub = stub(vec![all_well()]);
    let output = rollback(&stub, "going-back", &["web"]);
    insta::assert_snapshot!("goes-back", refused(&stub, &output));
}

/// `b` was pushed, and failed. That `a` ran well stands on the second page.
#[test]
fn a_version_that_failed_is_passed_over() {
    let stub = stub(vec![
        history(&[("Succeeded", 'c'), ("Failed", 'b')], Some("2")),
        history(&[("Succeeded", 'a')], None),
    ]);
    let output = rollback(&stub, "going-past", &["web"]);
    let seen = refused(&stub, &output);
    let expected = format!("and goes back to\n{}", digest('a'));
    assert!(seen.contains(&expected), "{seen}");
}

#[test]
fn without_a_run_that_is_known_it_has_to_be_named() {
    let known = history(&[("Succeeded", 'c'), ("Failed", 'b')], None);
    let stub_of_some = stub(vec![known]);
    let output = rollback(&stub_of_some, "going-unsure", &["web", "--yes"]);
    insta::assert_snapshot!("none-ran", refused(&stub_of_some, &output));

    let no_pipeline = r#"{"__type":"PipelineNotFoundException","message":"no"}"#;
    let stub_of_none = stub(vec![(400, no_pipeline.to_owned())]);
    let output = rollback(&stub_of_none, "going-without", &["web", "--yes"]);
    let seen = refused(&stub_of_none, &output);
    assert!(seen.contains("known to have run"), "{seen}");
    assert!(!seen.contains("ran successfully"), "{seen}");
}

#[test]
fn who_may_not_see_the_runs_names_the_image() {
    let denied = r#"{"__type":"AccessDeniedException","message":"not yours"}"#;
    let stub_of_denied = stub(vec![(400, denied.to_owned())]);
    let output = rollback(&stub_of_denied, "going-blind", &["web", "--yes"]);
    let code = Some(i32::from(exit_code::CREDENTIALS));
    assert_eq!(output.status.code(), code, "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("name the image with --to"), "{said}");

    // Then they are not requested.
    let stub = stub(Vec::new());
    let output = rollback(&stub, "going-blindly", &["web", "--to", &digest('b')]);
    let seen = refused(&stub, &output);
    assert!(seen.contains("add --yes"), "{seen}");
}

#[test]
fn what_the_repository_does_not_hold_is_refused() {
    let stub = stub(Vec::new());
    let output = rollback(
        &stub,
        "going-nowhere",
        &["web", "--yes", "--to", &digest('d')],
    );
    insta::assert_snapshot!("not-held", refused(&stub, &output));
}

#[test]
fn an_application_that_is_not_defined_asks_nothing() {
    let stub = stub(Vec::new());
    let output = rollback(&stub, "going-unknown", &["shop"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::USAGE)));
    assert!(stub.asked().is_empty());
}
