//! Explanations of a service that did not become steady, below the failure of its stack.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use cli_conventions::exit_code;

use crate::support::stub::Stub;
use test_support::Scratch;
use test_support::assembly;

const STACK: &str = "lemonade-staging-service-web";
const TASK: &str = "arn:aws:ecs:eu-west-1:444455556666:task/lemonade-staging/0a1b2c3d";

fn arn() -> String {
    format!("arn:aws:cloudformation:eu-west-1:444455556666:stack/{STACK}/1")
}

fn xml(operation: &str, result: &str) -> (u16, String) {
    let text = format!(
        "<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"
    );
    (200, text)
}

fn stack() -> String {
    format!(
        "<Stacks><member><StackName>{STACK}</StackName><StackId>{}</StackId>\
         <CreationTime>2026-03-01T00:00:00Z</CreationTime>\
         <StackStatus>ROLLBACK_COMPLETE</StackStatus>\
         <Tags><member><Key>lemonade:environment</Key><Value>staging</Value></member></Tags>\
         </member></Stacks>",
        arn()
    )
}

fn event(token: &str, id: &str, kind: &str, status: &str, reason: &str) -> String {
    format!(
        "<member><EventId>{id}-{status}</EventId><StackId>{0}</StackId><StackName>{STACK}</StackName>\
         <LogicalResourceId>{id}</LogicalResourceId><PhysicalResourceId>{0}</PhysicalResourceId>\
         <ResourceType>{kind}</ResourceType><Timestamp>2099-03-01T00:00:00Z</Timestamp>\
         <ResourceStatus>{status}</ResourceStatus>\
         <ResourceStatusReason>{reason}</ResourceStatusReason>\
         <ClientRequestToken>{token}</ClientRequestToken></member>",
        arn()
    )
}

/// A first service whose container ends at once: CloudFormation knows only that it did not
/// stabilize, and its removal takes everything along that ECS knows.
#[test]
fn a_service_that_fails_says_why() {
    let executed = AtomicBool::new(false);
    let looks = AtomicUsize::new(0);
    let stub = Stub::answering(move |operation| {
        match operation {
        "GetCallerIdentity" => (
            200,
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::444455556666:assumed-role/operator/ada</Arn><UserId>AIDA</UserId><Account>444455556666</Account></GetCallerIdentityResult></GetCallerIdentityResponse>".to_owned(),
        ),
        "DescribeStacks" if executed.load(Ordering::SeqCst) => xml(operation, &stack()),
        "DescribeStacks" => xml(operation, "<Stacks/>"),
        "CreateChangeSet" => xml(
            operation,
            &format!("<Id>arn:aws:cloudformation:eu-west-1:444455556666:changeSet/one/1</Id><StackId>{}</StackId>", arn()),
        ),
        "DescribeChangeSet" => xml(
            operation,
            &format!(
                "<ChangeSetId>arn:aws:cloudformation:eu-west-1:444455556666:changeSet/one/1</ChangeSetId>\
                 <ChangeSetName>one</ChangeSetName><StackId>{}</StackId><StackName>{STACK}</StackName>\
                 <Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes/>",
                arn()
            ),
        ),
        "ExecuteChangeSet" => {
            executed.store(true, Ordering::SeqCst);
            xml(operation, "")
        }
        "DescribeStackEvents" => {
            let events = [
                event("", STACK, "AWS::CloudFormation::Stack", "ROLLBACK_COMPLETE", ""),
                event(
                    "",
                    "Service",
                    "AWS::ECS::Service",
                    "CREATE_FAILED",
                    "ECS Deployment Circuit Breaker was triggered",
                ),
            ];
            xml(operation, &format!("<StackEvents>{}</StackEvents>", events.concat()))
        }
        "DescribeServices" => (
            200,
            r#"{"services":[{"desiredCount":2,"runningCount":0,"deployments":[],"events":[]}]}"#.to_owned(),
        ),
        // What is there at the first look is old.
        "ListTasks" if looks.fetch_add(1, Ordering::SeqCst) == 0 => (200, r#"{"taskArns":[]}"#.to_owned()),
        "ListTasks" => (200, format!(r#"{{"taskArns":["{TASK}"]}}"#)),
        "DescribeTasks" => (
            200,
            format!(
                r#"{{"tasks":[{{"taskArn":"{TASK}","stopCode":"EssentialContainerExited","stoppedReason":"Essential container in task exited","stoppedAt":1772323200,"containers":[{{"name":"web","exitCode":1}}]}}]}}"#
            ),
        ),
        "GetLogEvents" => (
            200,
            r#"{"events":[{"timestamp":1772323200000,"message":"starting"},{"timestamp":1772323201000,"message":"panic: no DATABASE_URL"}]}"#.to_owned(),
        ),
        other => xml(other, ""),
    }
    });
    let (template, digest) = assembly::with_digest(
        r#"{"Parameters":{},"Resources":{"Service":{"Type":"AWS::ECS::Service"},"TargetGroup":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"HealthCheckPath":"/health"}}}}"#,
    );
    let scratch = Scratch::new("explaining");
    let mut assembly = assembly::of("staging");
    assembly.stacks[0].bytes = template.len();
    assembly.stacks[0].digest = digest;
    let json = serde_json::to_string(&assembly).unwrap();
    let json = json
        .replace("network-stack", "ecs-stack")
        .replace("staging-network", "staging-service-web")
        .replace(r#""id":"network""#, r#""id":"service-web""#);
    scratch.write("assembly/assembly.json", &json);
    scratch.write(&format!("assembly/{STACK}.template.json"), &template);
    let output = Command::new(env!("CARGO_BIN_EXE_deployer"))
        .args([
            "deploy",
            "--env",
            "staging",
            "--assembly",
            "assembly",
            "--yes",
        ])
        .args(["--endpoint-url", stub.address()])
        .current_dir(scratch.path())
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit_code::STACK_FAILED)),
        "{said}\n{:?}\n{}",
        stub.asked(),
        String::from_utf8_lossy(&output.stdout)
    );
    let said = said.replace(env!("CARGO_BIN_EXE_deployer"), "deployer");
    insta::assert_snapshot!("service-explained", said.replace(stub.address(), "<stub>"));
}
