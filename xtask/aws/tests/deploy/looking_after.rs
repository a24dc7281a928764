//! `doctor` and `atlas accept`, as people call them, against an HTTP server that answers for AWS.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;

use cli_conventions::exit_code;
use common::resources::sns::Topic;
use common::template::{CheckedTemplate, Template};

use crate::support::stub::Stub;
use test_support::Scratch;
use test_support::assembly;

/// The template of the stack.
pub(crate) fn topic() -> CheckedTemplate {
    let mut template = Template::new("A topic");
    template.add("Topic", Topic::new());
    template.check().unwrap()
}

/// The program, in a folder with an assembly, and with the definition of `operate`'s tests.
///
/// What it takes for GitHub is a folder, in which there is no repository.
pub(crate) fn deployer(stub: &Stub, name: &str, words: &[&str]) -> Output {
    deployer_in(&Scratch::new(name), "network", stub, words)
}

pub(crate) fn deployer_in(scratch: &Scratch, stack: &str, stub: &Stub, words: &[&str]) -> Output {
    let definition =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/tests/inspection/fixture");
    let mut command = command(scratch, stack, stub, words);
    command
        .arg("--definition")
        .arg(definition)
        .output()
        .unwrap()
}

/// The program as a pipeline calls it, which has no definition.
pub(crate) fn undefined(scratch: &Scratch, stub: &Stub, words: &[&str]) -> Output {
    undefined_of(scratch, "network", stub, words)
}

/// The same, with one stack of this name. A person applies those of bootstrap.
pub(crate) fn undefined_of(scratch: &Scratch, stack: &str, stub: &Stub, words: &[&str]) -> Output {
    command(scratch, stack, stub, words).output().unwrap()
}

/// The same, with the network defined by this template.
pub(crate) fn undefined_with(
    scratch: &Scratch,
    template: &CheckedTemplate,
    stub: &Stub,
    words: &[&str],
) -> Output {
    let mut command = command_with(scratch, "network", template, stub, words);
    command.output().unwrap()
}

fn command(scratch: &Scratch, stack: &str, stub: &Stub, words: &[&str]) -> Command {
    command_with(scratch, stack, &topic(), stub, words)
}

fn command_with(
    scratch: &Scratch,
    stack: &str,
    template: &CheckedTemplate,
    stub: &Stub,
    words: &[&str],
) -> Command {
    let github = scratch.path().join("github");
    let github = if github.is_dir() {
        github.display().to_string()
    } else {
        "github".to_owned()
    };
    let mut assembly = assembly::of("staging");
    assembly.stacks[0].digest = template.digest().to_owned();
    assembly.stacks[0].bytes = template.minified().len();
    assembly.stacks[0].applied_manually = stack.starts_with("bootstrap");
    let json = serde_json::to_string(&assembly).unwrap();
    scratch.write("assembly/assembly.json", &json.replace("network", stack));
    let file = format!("assembly/lemonade-staging-{stack}.template.json");
    scratch.write(&file, template.minified());
    let mut command = Command::new(env!("CARGO_BIN_EXE_deployer"));
    command
        .args(words)
        .args(["--env", "staging", "--assembly", "assembly"])
        .args(["--endpoint-url", stub.address()])
        .current_dir(scratch.path())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", format!("url.{github}/.insteadOf"))
        .env("GIT_CONFIG_VALUE_0", "https://github.com/")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1");
    command
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Everything that a person sees.
pub(crate) fn seen(output: &Output) -> String {
    format!(
        "{}---\n{}--- exit code {}\n",
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap()
    )
}

pub(crate) fn ok(body: impl Into<String>) -> (u16, String) {
    (200, body.into())
}

pub(crate) fn identity(account: &str) -> (u16, String) {
    ok(format!(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::{account}:assumed-role/operator/ada</Arn><UserId>AIDA</UserId><Account>{account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    ))
}

fn no_stack() -> (u16, String) {
    let text = "Stack with id lemonade-staging-network does not exist";
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>{text}</Message></Error></ErrorResponse>"
    );
    (400, body)
}

fn peering(status: &str, vpc: &str) -> (u16, String) {
    ok(format!(
        "<DescribeVpcPeeringConnectionsResponse><vpcPeeringConnectionSet><item><vpcPeeringConnectionId>pcx-0f1e2d3c4b5a69788</vpcPeeringConnectionId><requesterVpcInfo><ownerId>999900001111</ownerId><vpcId>{vpc}</vpcId><region>eu-west-1</region><cidrBlock>192.168.240.0/21</cidrBlock></requesterVpcInfo><accepterVpcInfo><ownerId>444455556666</ownerId><vpcId>vpc-0b0b0b0b0b0b0b0b0</vpcId><region>eu-west-1</region></accepterVpcInfo><status><code>{status}</code></status></item></vpcPeeringConnectionSet></DescribeVpcPeeringConnectionsResponse>"
    ))
}

const ATLAS: &str = "vpc-0a0a0a0a0a0a0a0a0";

/// The network is not deployed, so a person has to look at where the peering leads.
#[test]
fn a_peering_is_accepted() {
    let status = Mutex::new("pending-acceptance");
    let stub = Stub::answering(move |operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => no_stack(),
        "DescribeVpcPeeringConnections" => peering(*status.lock().unwrap(), ATLAS),
        "AcceptVpcPeeringConnection" => {
            *status.lock().unwrap() = "active";
            ok("<AcceptVpcPeeringConnectionResponse/>")
        }
        other => panic!("unexpected call: {other}"),
    });
    let declined = deployer(&stub, "declined", &["atlas-accept"]);
    insta::assert_snapshot!("declined", seen(&declined));
    assert!(
        !stub
            .asked()
            .contains(&"AcceptVpcPeeringConnection".to_owned())
    );

    let accepted = deployer(&stub, "accepted", &["atlas-accept", "--yes"]);
    insta::assert_snapshot!("accepted", seen(&accepted));

    let again = deployer(&stub, "again", &["atlas-accept", "--format", "json"]);
    insta::assert_snapshot!("accepted-before", seen(&again));
}

#[test]
fn a_strangers_peering_is_refused() {
    let stub = Stub::answering(|operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => no_stack(),
        "DescribeVpcPeeringConnections" => peering("pending-acceptance", "vpc-0c0c0c0c0c0c0c0c0"),
        other => panic!("unexpected call: {other}"),
    });
    let output = deployer(&stub, "stranger", &["atlas-accept", "--yes"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::REFUSED)));
    insta::assert_snapshot!("stranger", seen(&output));
}

#[test]
fn nothing_is_accepted_in_another_account() {
    let stub = Stub::answering(|operation| match operation {
        "GetCallerIdentity" => identity("111122223333"),
        other => panic!("unexpected call: {other}"),
    });
    let output = deployer(&stub, "elsewhere", &["atlas-accept", "--yes"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::REFUSED)));
    assert_eq!(stub.asked(), ["GetCallerIdentity"]);
}

/// Without permissions, every denied call is reported, and nothing crashes.
#[test]
fn the_doctor_asks_everything_and_survives_every_refusal() {
    let stub = Stub::answering(|operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => ok(
            "<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>",
        ),
        operation => {
            let text = format!("not authorized to perform {operation}");
            let is_xml = operation.starts_with("Describe") && operation != "DescribeCertificate"
                || operation.starts_with("GetRole")
                || operation == "GetAccountSummary"
                || operation.contains('/');
            let body = if is_xml {
                format!(
                    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>{text}</Message></Error></ErrorResponse>"
                )
            } else {
                format!(r#"{{"__type":"AccessDeniedException","message":"{text}"}}"#)
            };
            (403, body)
        }
    });
    let output = deployer(&stub, "refused", &["doctor"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::UNWELL)));
    insta::assert_snapshot!("doctor-refused", seen(&output));
    insta::assert_snapshot!("doctor-asks", stub.asked().join("\n"));
}

#[test]
fn the_doctor_looks_at_no_other_account() {
    let stub = Stub::answering(|operation| match operation {
        "GetCallerIdentity" => identity("111122223333"),
        other => panic!("unexpected call: {other}"),
    });
    let output = deployer(&stub, "doctor-elsewhere", &["doctor", "--format", "json"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::UNWELL)));
    assert_eq!(stub.asked(), ["GetCallerIdentity"]);
    insta::assert_snapshot!("doctor-elsewhere", seen(&output));
}

/// An account in which there is little, and these stacks.
pub(crate) fn sparse(stacks: &'static str, executions: &'static str) -> Stub {
    Stub::answering(move |operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => ok(format!(
            "<DescribeStacksResponse><DescribeStacksResult><Stacks>{stacks}</Stacks></DescribeStacksResult></DescribeStacksResponse>"
        )),
        "GetTemplate" => ok(
            "<GetTemplateResponse><GetTemplateResult><TemplateBody>{}</TemplateBody></GetTemplateResult></GetTemplateResponse>",
        ),
        "DescribeStackResourceDrifts" => ok(
            "<DescribeStackResourceDriftsResponse><DescribeStackResourceDriftsResult><StackResourceDrifts><member><LogicalResourceId>Vpc</LogicalResourceId><ResourceType>AWS::EC2::VPC</ResourceType><StackId>s</StackId><StackResourceDriftStatus>MODIFIED</StackResourceDriftStatus><Timestamp>2026-02-03T04:05:06.007Z</Timestamp></member></StackResourceDrifts></DescribeStackResourceDriftsResult></DescribeStackResourceDriftsResponse>",
        ),
        "ListPipelineExecutions" => ok(format!(
            r#"{{"pipelineExecutionSummaries":[{executions}]}}"#
        )),
        "DescribeVpcPeeringConnections" => peering("pending-acceptance", ATLAS),
        "DescribeRouteTables" => {
            ok("<DescribeRouteTablesResponse><routeTableSet/></DescribeRouteTablesResponse>")
        }
        "ListCertificates" => ok(r#"{"CertificateSummaryList":[]}"#),
        "ListSecrets" => ok(r#"{"SecretList":[]}"#),
        _ => (
            400,
            r#"{"__type":"ResourceNotFoundException","message":"no"}"#.to_owned(),
        ),
    })
}

/// Nothing is left to deploy, and what is missing outside the stacks is reported, each with its next
/// step. The exit code is the deployment's.
#[test]
fn a_bootstrap_that_is_done_says_what_is_missing() {
    let stub = Stub::answering(|operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => ok(format!(
            "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>\
             <StackName>lemonade-staging-cicd</StackName>\
             <StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-cicd/1</StackId>\
             <CreationTime>2026-03-01T00:00:00Z</CreationTime>\
             <StackStatus>CREATE_COMPLETE</StackStatus>\
             <EnableTerminationProtection>false</EnableTerminationProtection>\
             <Tags><member><Key>lemonade:environment</Key><Value>staging</Value></member></Tags>\
             <Outputs><member><OutputKey>DefinitionDigest</OutputKey><OutputValue>{}</OutputValue></member></Outputs>\
             </member></Stacks></DescribeStacksResult></DescribeStacksResponse>",
            topic().digest()
        )),
        "GetConnection" => ok(
            r#"{"Connection":{"ConnectionName":"lemonade","ProviderType":"GitHub","ConnectionStatus":"PENDING"}}"#,
        ),
        "ListPipelineExecutions" => ok(r#"{"pipelineExecutionSummaries":[]}"#),
        "DescribeVpcPeeringConnections" => peering("pending-acceptance", ATLAS),
        "DescribeRouteTables" => {
            ok("<DescribeRouteTablesResponse><routeTableSet/></DescribeRouteTablesResponse>")
        }
        "ListCertificates" => ok(r#"{"CertificateSummaryList":[]}"#),
        "ListSecrets" => ok(r#"{"SecretList":[]}"#),
        _ => (
            400,
            r#"{"__type":"ResourceNotFoundException","message":"no"}"#.to_owned(),
        ),
    });
    let output = deployer_in(
        &Scratch::new("bootstrapped"),
        "cicd",
        &stub,
        &["bootstrap", "--yes"],
    );
    assert_eq!(output.status.code(), Some(i32::from(exit_code::SUCCESS)));
    insta::assert_snapshot!("bootstrapped", seen(&output));
    let written = [
        "CreateChangeSet",
        "ExecuteChangeSet",
        "UpdateTerminationProtection",
    ];
    assert!(
        stub.asked()
            .iter()
            .all(|asked| !written.contains(&asked.as_str()))
    );
}
