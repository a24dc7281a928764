//! `status`, as people and pipelines call it, against an HTTP server that answers for AWS.

use std::sync::atomic::{AtomicUsize, Ordering};

use cli_conventions::exit_code;
use common::resources::ec2::LaunchTemplate;
use common::resources::ec2::launch_template::LaunchTemplateData;
use common::template::{Template, Value};

use crate::looking_after::{
    deployer, deployer_in, identity, ok, seen, sparse, text, topic, undefined, undefined_of,
    undefined_with,
};
use crate::support::stub::Stub;
use test_support::Scratch;

/// With the definition, findings outside the stacks are reported below them.
#[test]
fn the_status_tells_what_is_beside_the_stacks() {
    let output = deployer(&sparse("", ""), "status", &["status"]);
    assert_eq!(output.status.code(), Some(i32::from(exit_code::DIFFERENT)));
    insta::assert_snapshot!("status", seen(&output));
}

/// What the last detection found, without a new one; and that the branch has moved on since the
/// pipeline ran last.
#[test]
fn the_status_tells_of_drift_and_of_a_head_that_never_completed() {
    let stub = sparse(
        "<member><StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network/1a2b</StackId>\
         <StackName>lemonade-staging-network</StackName><StackStatus>CREATE_COMPLETE</StackStatus>\
         <CreationTime>2026-01-02T03:04:05.678Z</CreationTime>\
         <DriftInformation><StackDriftStatus>DRIFTED</StackDriftStatus>\
         <LastCheckTimestamp>2026-02-03T04:05:06.007Z</LastCheckTimestamp></DriftInformation></member>\
         <member><StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/other/1a2b</StackId>\
         <StackName>other</StackName><StackStatus>CREATE_COMPLETE</StackStatus>\
         <CreationTime>2026-01-02T03:04:05.678Z</CreationTime>\
         <DriftInformation><StackDriftStatus>DRIFTED</StackDriftStatus></DriftInformation></member>",
        r#"{"pipelineExecutionId":"1","status":"Succeeded","startTime":1760000000,"sourceRevisions":[{"actionName":"Definition","revisionId":"0123456789abcdef0123456789abcdef01234567"}]}"#,
    );
    let scratch = Scratch::new("status-drift");
    let repository = "github/lemonade/infrastructure.git";
    scratch.write(&format!("{repository}/a"), "1");
    let git = |arguments: &[&str]| {
        let mut words = vec!["-C", repository];
        words.extend(arguments);
        scratch.git(&words)
    };
    git(&["init", "--quiet", "--initial-branch=next"]);
    git(&["add", "a"]);
    git(&["commit", "--quiet", "--message=one"]);
    let head = git(&["rev-parse", "HEAD"]);

    let output = deployer_in(&scratch, "network", &stub, &["status"]);
    let seen = text(&output.stdout).replace(&head[..10], "HEAD");
    let words: Vec<&str> = seen.split_whitespace().collect();
    let seen = words.join(" ");
    let never = "the head of next, HEAD, has not completed: the last run was of 0123456789";
    assert!(seen.contains(never), "{seen}");
    assert!(
        seen.contains("drifted, as of 2026-02-03T04:05:06.007Z: Vpc"),
        "{seen}"
    );
    assert!(!seen.contains("other:"), "{seen}");
    let asked = stub.asked();
    assert!(!asked.contains(&"DetectStackDrift".to_owned()), "{asked:?}");
}

/// Without the definition, detected drift is reported too.
#[test]
fn the_status_tells_of_drift_without_the_definition() {
    let stub = sparse(
        "<member><StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network/1a2b</StackId>\
         <StackName>lemonade-staging-network</StackName><StackStatus>CREATE_COMPLETE</StackStatus>\
         <CreationTime>2026-01-02T03:04:05.678Z</CreationTime>\
         <DriftInformation><StackDriftStatus>DRIFTED</StackDriftStatus>\
         <LastCheckTimestamp>2026-02-03T04:05:06.007Z</LastCheckTimestamp></DriftInformation></member>",
        "",
    );
    let output = undefined(&Scratch::new("status-drift-undefined"), &stub, &["status"]);
    let seen = seen(&output);
    assert!(seen.contains("drifted"), "{seen}");
}

fn network(status: &str, defined: bool) -> (u16, String) {
    let digest = topic().digest().to_owned();
    let digest = if defined {
        digest
    } else {
        digest.replace('a', "b")
    };
    ok(format!(
        "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>\
         <StackName>lemonade-staging-network</StackName>\
         <StackId>arn:aws:cloudformation:eu-west-1:444455556666:stack/lemonade-staging-network/1</StackId>\
         <CreationTime>2026-03-01T00:00:00Z</CreationTime>\
         <StackStatus>{status}</StackStatus>\
         <EnableTerminationProtection>false</EnableTerminationProtection>\
         <Tags><member><Key>lemonade:environment</Key><Value>staging</Value></member></Tags>\
         <Outputs><member><OutputKey>DefinitionDigest</OutputKey><OutputValue>{digest}</OutputValue></member></Outputs>\
         </member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    ))
}

/// An account whose network stack has another status on each call, and finally is as
/// the last of these.
fn moving(looks: &'static [(&'static str, bool)]) -> Stub {
    let look = AtomicUsize::new(0);
    Stub::answering(move |operation| match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => {
            let look = look.fetch_add(1, Ordering::SeqCst).min(looks.len() - 1);
            let (status, defined) = looks[look];
            network(status, defined)
        }
        "GetTemplate" => ok(format!(
            "<GetTemplateResponse><GetTemplateResult><TemplateBody>{}</TemplateBody></GetTemplateResult></GetTemplateResponse>",
            topic().minified().replace('"', "&quot;")
        )),
        "ListExports" => ok(
            "<ListExportsResponse><ListExportsResult><Exports/></ListExportsResult></ListExportsResponse>",
        ),
        other => panic!("unexpected call: {other}"),
    })
}

fn status(
    name: &str,
    looks: &'static [(&'static str, bool)],
    words: &[&str],
) -> (Option<i32>, String) {
    let stub = moving(looks);
    let output = undefined(&Scratch::new(name), &stub, words);
    (output.status.code(), seen(&output))
}

/// A release of an application changes no definition, so it does not hide that all is as defined.
#[test]
fn what_goes_on_in_a_stack_as_defined_is_fine() {
    let (code, seen) = status("status-busy", &[("UPDATE_IN_PROGRESS", true)], &["status"]);
    assert_eq!(code, Some(i32::from(exit_code::SUCCESS)), "{seen}");
}

#[test]
fn a_busy_stack_that_differs_is_waited_for() {
    const READ_ATTEMPTS: &[(&str, bool)] = &[
        ("UPDATE_IN_PROGRESS", false),
        ("UPDATE_IN_PROGRESS", false),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", true),
    ];
    let (code, seen) = status("status-waits", READ_ATTEMPTS, &["status", "--wait", "60"]);
    assert_eq!(code, Some(i32::from(exit_code::SUCCESS)), "{seen}");
    let announced = "lemonade-staging-network is UPDATE_IN_PROGRESS; waiting for it to finish";
    assert_eq!(seen.matches(announced).count(), 1, "{seen}");

    let (code, seen) = status("status-looks", READ_ATTEMPTS, &["status"]);
    assert_eq!(code, Some(i32::from(exit_code::DIFFERENT)), "{seen}");
    assert!(seen.contains("an operation is in progress"), "{seen}");
}

/// Only operations in progress are waited for.
#[test]
fn what_is_stuck_or_differs_is_not_waited_for() {
    for (name, looks) in [
        ("status-stuck", &[("UPDATE_ROLLBACK_FAILED", true)]),
        ("status-differs", &[("UPDATE_COMPLETE", false)]),
    ] {
        let (code, seen) = status(name, looks, &["status", "--wait", "60"]);
        assert_eq!(code, Some(i32::from(exit_code::DIFFERENT)), "{seen}");
        assert!(!seen.contains("waiting"), "{seen}");
    }
}

/// Reported, and no reason for stage Verify to fail: no pipeline could do anything about it. Who may
/// apply it asks for it.
#[test]
fn what_a_person_applies_is_told_and_excused() {
    let differs = || {
        Stub::answering(|operation| match operation {
            "DescribeStacks" => {
                let (code, text) = network("UPDATE_COMPLETE", false);
                (code, text.replace("network", "bootstrap"))
            }
            "GetCallerIdentity" => identity("444455556666"),
            "GetTemplate" => ok(format!(
                "<GetTemplateResponse><GetTemplateResult><TemplateBody>{}</TemplateBody></GetTemplateResult></GetTemplateResponse>",
                topic().minified().replace('"', "&quot;")
            )),
            other => panic!("unexpected call: {other}"),
        })
    };
    let status = |name: &str, words: &[&str]| {
        let output = undefined_of(&Scratch::new(name), "bootstrap", &differs(), words);
        (output.status.code(), seen(&output))
    };
    let (code, seen) = status("status-by-a-person", &["status"]);
    assert_eq!(code, Some(i32::from(exit_code::SUCCESS)), "{seen}");
    insta::assert_snapshot!("status-by-a-person", seen);

    let (code, seen) = status("status-by-this-person", &["status", "--bootstrap"]);
    assert_eq!(code, Some(i32::from(exit_code::DIFFERENT)), "{seen}");
}

/// A release as stage Verify has it: no input files, and a launch template among its stacks.
fn verified(name: &str, newest: &'static str, created: &'static str) -> (Option<i32>, String) {
    let mut template = Template::new("Machines");
    template.add(
        "MachineTemplate",
        LaunchTemplate::new(
            LaunchTemplateData::new()
                .image_id(Value::trusted("ami-0123456789abcdef0"))
                .instance_type("t3.large"),
        ),
    );
    let template = template.check().unwrap();
    let (digest, text) = (template.digest().to_owned(), template.minified().to_owned());
    let stub = Stub::answering(move |operation| {
        match operation {
        "GetCallerIdentity" => identity("444455556666"),
        "DescribeStacks" => {
            let (code, answer) = network("CREATE_COMPLETE", true);
            (code, answer.replace(topic().digest(), &digest))
        }
        "GetTemplate" => ok(format!(
            "<GetTemplateResponse><GetTemplateResult><TemplateBody>{}</TemplateBody></GetTemplateResult></GetTemplateResponse>",
            text.replace('"', "&quot;")
        )),
        "DescribeImages" if created.is_empty() => (
            403,
            "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>".to_owned(),
        ),
        "DescribeImages" => ok(format!(
            "<DescribeImagesResponse><imagesSet><item><imageId>ami-0123456789abcdef0</imageId><creationDate>{created}</creationDate><architecture>x86_64</architecture><name>al2023</name></item></imagesSet></DescribeImagesResponse>"
        )),
        "GetParameter" => ok(format!(r#"{{"Parameter":{{"Value":"{newest}"}}}}"#)),
        other => panic!("unexpected call: {other}"),
    }
    });
    let output = undefined_with(&Scratch::new(name), &template, &stub, &["status"]);
    (output.status.code(), seen(&output))
}

/// The machines are as defined, and have had no security update for years.
#[test]
fn an_old_machine_image_fails_the_stage_that_verifies() {
    let newer = "ami-0fedcba9876543210";
    let (code, seen) = verified("status-image-old", newer, "2023-01-01T00:00:00.000Z");
    assert_eq!(code, Some(i32::from(exit_code::UNWELL)), "{seen}");
    let enter = "set `image` to ami-0fedcba9876543210";
    assert!(seen.contains(enter), "{seen}");

    let (code, seen) = verified(
        "status-image-newest",
        "ami-0123456789abcdef0",
        "2023-01-01T00:00:00.000Z",
    );
    assert_eq!(code, Some(i32::from(exit_code::SUCCESS)), "{seen}");

    let (code, seen) = verified("status-image-unknown", newer, "");
    assert_eq!(code, Some(i32::from(exit_code::SUCCESS)), "{seen}");
    assert!(seen.contains("could not be checked"), "{seen}");
}
