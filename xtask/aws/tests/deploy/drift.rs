//! `drift`, against an HTTP server that answers for AWS: as whom CloudFormation reads.

use cli_conventions::exit_code;

use crate::looking_after::{identity, ok, seen, undefined};
use crate::support::stub::Stub;
use test_support::Scratch;

const STACKS: &str = "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>\
    <StackName>lemonade-staging-network</StackName><StackId>s</StackId>\
    <CreationTime>2026-02-03T04:05:06.007Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>\
    <Tags><member><Key>lemonade:environment</Key><Value>staging</Value></member></Tags>\
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>";

/// One stack, without drift; the role answers so when it is to be assumed.
fn environment(role: fn() -> (u16, String)) -> Stub {
    Stub::answering(move |operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "AssumeRole" => role(),
        "DescribeStacks" => ok(STACKS),
        "DetectStackDrift" => ok(
            "<DetectStackDriftResponse><DetectStackDriftResult><StackDriftDetectionId>d</StackDriftDetectionId></DetectStackDriftResult></DetectStackDriftResponse>",
        ),
        "DescribeStackDriftDetectionStatus" => ok(
            "<DescribeStackDriftDetectionStatusResponse><DescribeStackDriftDetectionStatusResult><StackId>s</StackId><StackDriftDetectionId>d</StackDriftDetectionId><DetectionStatus>DETECTION_COMPLETE</DetectionStatus><StackDriftStatus>IN_SYNC</StackDriftStatus><Timestamp>2026-02-03T04:05:06.007Z</Timestamp></DescribeStackDriftDetectionStatusResult></DescribeStackDriftDetectionStatusResponse>",
        ),
        "DescribeStackResourceDrifts" => ok(
            "<DescribeStackResourceDriftsResponse><DescribeStackResourceDriftsResult><StackResourceDrifts/></DescribeStackResourceDriftsResult></DescribeStackResourceDriftsResponse>",
        ),
        other => panic!("unexpected call: {other}"),
    })
}

const DETECTING: [&str; 3] = [
    "DetectStackDrift",
    "DescribeStackDriftDetectionStatus",
    "DescribeStackResourceDrifts",
];

fn assumed() -> (u16, String) {
    ok(
        "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:lemonade-drift</AssumedRoleId><Arn>arn:aws:sts::444455556666:assumed-role/lemonade-staging-drift/lemonade-drift</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIADRIFT</AccessKeyId><SecretAccessKey>given</SecretAccessKey><SessionToken>token-of-the-session</SessionToken><Expiration>2099-02-03T04:05:06Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
    )
}

fn refused() -> (u16, String) {
    let text = "User: arn:aws:sts::444455556666:assumed-role/operator/ada is not authorized to perform: sts:AssumeRole";
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{text}</Message></Error></ErrorResponse>"
    );
    (403, body)
}

/// CloudFormation reads resources with the credentials of who begins the detection.
#[test]
fn it_is_looked_for_as_the_drift_role() {
    let stub = environment(assumed);
    let output = undefined(&Scratch::new("drift-role"), &stub, &["drift"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::SUCCESS)));
    for operation in DETECTING {
        assert_eq!(stub.keys_of(operation), ["ASIADRIFT"], "{operation}");
    }
    for operation in ["AssumeRole", "DescribeStacks", "GetCallerIdentity"] {
        assert_eq!(stub.keys_of(operation), ["AKIDEXAMPLE"], "{operation}");
    }
    let seen = seen(&output);
    for secret in ["given", "token-of-the-session", "ASIADRIFT"] {
        assert!(!seen.contains(secret), "{seen}");
    }
}

#[test]
fn without_the_role_the_callers_own_rights_do() {
    let stub = environment(refused);
    let output = undefined(&Scratch::new("drift-own"), &stub, &["drift"]);
    for operation in DETECTING {
        assert_eq!(stub.keys_of(operation), ["AKIDEXAMPLE"], "{operation}");
    }
    insta::assert_snapshot!("own-rights", seen(&output));
}

/// In another account nothing is assumed.
#[test]
fn elsewhere_nothing_is_assumed() {
    let stub = Stub::answering(|operation| match operation {
        "GetCallerIdentity" => identity("111122223333"),
        "DescribeStacks" => ok(STACKS),
        other => panic!("unexpected call: {other}"),
    });
    let output = undefined(&Scratch::new("drift-elsewhere"), &stub, &["drift"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::REFUSED)));
    assert!(stub.keys_of("AssumeRole").is_empty());
}
