//! Back to an older definition, and what that must not cost.

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use deploy::plan::{FindingCode, Request, Severity};
use serde_json::json;
use tests::small::{SmallStack, assembly, stack};

use crate::support::{Goal, Sandbox, full_request};

fn definition(stacks: &[SmallStack]) -> Assembly {
    assembly(EnvironmentName::Staging, stacks)
}

fn shop(version: &str) -> SmallStack {
    stack("shop").parameter("Version", version)
}

#[test]
fn going_back_is_a_deployment_of_the_older_definition() {
    let older = definition(&[shop("1")]);
    let newer = definition(&[shop("2"), stack("extra").parameter("New", "a")]);
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &older, &full_request(&older))
        .succeeded();
    sandbox
        .run(Goal::Deploy, &newer, &full_request(&newer))
        .succeeded();

    let mut plan = sandbox.plan(&older, &Request::default());
    plan.refuse_data_loss();
    assert!(!plan.is_blocked());
    // What the older definition does not know is left alone, and told.
    let noted: Vec<&str> = plan
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(noted, ["stack-undefined"]);
    sandbox
        .run(Goal::Deploy, &older, &Request::default())
        .succeeded();
    assert_eq!(sandbox.stacks(&older).len(), 2);
}

#[test]
fn what_would_be_lost_blocks_whoever_acknowledged_it() {
    let bucket = json!({ "BucketName": "lemonade-data" });
    let older = definition(&[shop("1")]);
    let newer = definition(&[shop("1").resource("Data", "AWS::S3::Bucket", bucket)]);
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &newer, &full_request(&newer))
        .succeeded();

    let plan = sandbox.plan(&older, &Request::default());
    let words = plan
        .findings
        .iter()
        .map(deploy::plan::Finding::acknowledgement)
        .collect();
    let agreed = Request {
        acknowledged: words,
        ..Request::default()
    };
    // Going forward somebody can mean it.
    let mut plan = sandbox.plan(&older, &agreed);
    assert!(!plan.is_blocked());
    plan.refuse_data_loss();
    assert!(plan.is_blocked());
    let found = &plan.findings[0];
    assert_eq!(
        (found.code, found.severity, found.subject.as_str()),
        (FindingCode::ResourceRemoved, Severity::Block, "Data")
    );
}
