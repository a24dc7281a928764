//! `applications rollback`, against an HTTP server that answers for AWS.

use std::process::{Command, Output};

use deploy_arguments::exit_code;

use crate::support::assembly;
use crate::support::scratch::Scratch;
use crate::support::stub::Stub;

/// The service's template, as it is defined and deployed.
const TEMPLATE: &str = r#"{"Parameters":{"ImageDigest":{"Type":"String"}},"Resources":{}}"#;

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

/// Staging with one service, which runs the image of `c`, and a repository with three.
fn stub() -> Stub {
    Stub::answering(|operation| {
        match operation {
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
            r#"<GetTemplateResponse><GetTemplateResult><TemplateBody>{"Resources":{}}</TemplateBody></GetTemplateResult></GetTemplateResponse>"#.to_owned(),
        ),
        "DescribeImages" => {
            let image = |digit: char, seconds: u32| {
                format!(
                    r#"{{"imageDigest":"{}","imageTags":["commit-{digit}"],"imagePushedAt":{seconds}}}"#,
                    digest(digit)
                )
            };
            let images = [
                image('b', 1_772_409_600),
                image('c', 1_772_496_000),
                image('a', 1_772_323_200),
            ];
            (200, format!(r#"{{"imageDetails":[{}]}}"#, images.join(",")))
        }
        other => (400, format!("<ErrorResponse><Error><Code>{other}</Code><Message>nobody asks</Message></Error></ErrorResponse>")),
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

/// Which one is told before anybody is asked; and nobody can be asked here.
#[test]
fn without_a_digest_it_is_the_one_pushed_before() {
    let stub = stub();
    let output = rollback(&stub, "going-back", &["web"]);
    insta::assert_snapshot!("goes-back", refused(&stub, &output));
}

#[test]
fn what_the_repository_does_not_hold_is_refused() {
    let stub = stub();
    let output = rollback(
        &stub,
        "going-nowhere",
        &["web", "--yes", "--to", &digest('d')],
    );
    insta::assert_snapshot!("not-held", refused(&stub, &output));
}

#[test]
fn an_application_that_is_not_defined_asks_nobody() {
    let stub = stub();
    let output = rollback(&stub, "going-unknown", &["shop"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::USAGE)));
    assert!(stub.asked().is_empty());
}
