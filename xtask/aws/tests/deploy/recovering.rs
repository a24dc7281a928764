//! `recover` of a stack that stays stuck: it reports the manual steps, and is no
//! success.

use cli_conventions::exit_code;

use crate::looking_after::{identity, ok, seen, topic, undefined};
use crate::support::stub::Stub;
use test_support::Scratch;

/// The stack of the definition, and one that is not defined any more.
fn stacks(network: &str, old: &str) -> String {
    let stack = |name: &str, status: &str| {
        format!(
            "<member><StackName>lemonade-staging-{name}</StackName>\
             <StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-{name}/1</StackId>\
             <CreationTime>2026-03-01T00:00:00Z</CreationTime><StackStatus>{status}</StackStatus>\
             <Tags><member><Key>lemonade:environment</Key><Value>staging</Value></member></Tags>\
             <Outputs><member><OutputKey>DefinitionDigest</OutputKey><OutputValue>{}</OutputValue></member></Outputs></member>",
            topic().digest()
        )
    };
    format!(
        "<DescribeStacksResponse><DescribeStacksResult><Stacks>{}{}</Stacks></DescribeStacksResult></DescribeStacksResponse>",
        stack("network", network),
        stack("old", old)
    )
}

#[test]
fn what_stays_stuck_is_told_with_the_next_command() {
    let whole = "CREATE_COMPLETE";
    let samples = [
        ("DELETE_FAILED", whole, "network"),
        ("IMPORT_ROLLBACK_FAILED", whole, "network"),
        ("SOMETHING_NEW", whole, "network"),
        (whole, "DELETE_FAILED", "old"),
        (whole, "IMPORT_ROLLBACK_FAILED", "old"),
        (whole, "REVIEW_IN_PROGRESS", "old"),
    ];
    for (network, old, stuck) in samples {
        let stub = Stub::answering(move |operation| match operation {
            "GetCallerIdentity" => identity("444455556666"),
            "DescribeStacks" => ok(stacks(network, old)),
            other => panic!("nothing asks for {other}"),
        });
        let scratch = Scratch::new(&format!("recover-{network}-{old}"));
        let output = undefined(&scratch, &stub, &["recover", "--yes"]);
        let said = seen(&output);
        let code = output.status.code();
        assert_eq!(code, Some(i32::from(exit_code::BLOCKED)), "{said}");
        assert!(!said.contains("any more\n"), "{said}");
        let next = match (network, old) {
            ("DELETE_FAILED", _) | (_, "DELETE_FAILED" | "REVIEW_IN_PROGRESS") => format!(
                "deployer destroy --env staging --assembly assembly --endpoint-url {} --only {stuck}",
                stub.address()
            ),
            _ => format!("describe-stack-events --stack-name lemonade-staging-{stuck}"),
        };
        // However its lines are broken.
        let words: Vec<&str> = said.split_whitespace().collect();
        assert!(words.join(" ").contains(&next), "{next}: {said}");
    }
}

/// What is under review and defined is created by the next deployment: nothing is stuck.
#[test]
fn what_the_next_deployment_creates_is_not_stuck() {
    let stub = Stub::answering(|operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => ok(stacks("REVIEW_IN_PROGRESS", "CREATE_COMPLETE")),
        "ListStacks" => ok(
            "<ListStacksResponse><ListStacksResult><StackSummaries/></ListStacksResult></ListStacksResponse>",
        ),
        other => panic!("nothing asks for {other}"),
    });
    let scratch = Scratch::new("recover-review");
    let output = undefined(&scratch, &stub, &["recover", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", seen(&output));
}
