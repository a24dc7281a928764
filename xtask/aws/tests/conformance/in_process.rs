//! In process and in virtual time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use aws::conformance::SCENARIOS;
use aws::conformance::case::{Case, cases};
use aws::conformance::cost::Costs;
use aws::conformance::run::{Outcome, Run, Services, TAG};
use cloudformation::CloudFormation as _;
use cloudformation::StackName;
use cloudformation::status::StackStatus;
use emulator::port::{Local, Settings};
use emulator::{Cloud, Options};

/// An endpoint that has CloudFormation only.
enum None {}

impl Services for None {
    async fn put(&self, _: &str, _: &str) -> Result<(), String> {
        match *self {}
    }
    async fn remove(&self, _: &str, _: &str) -> Result<(), String> {
        match *self {}
    }
    async fn delete_log_group(&self, _: &str) -> Result<(), String> {
        match *self {}
    }
}

fn run() -> Run<Local, None> {
    let cloud = Arc::new(Mutex::new(Cloud::new(Options::default())));
    Run {
        port: Arc::new(Local::new(cloud, Settings::default())),
        services: Option::None,
        id: "0a1b".to_owned(),
    }
}

fn case(text: &str) -> Case {
    serde_json::from_str(text).unwrap()
}

async fn stacks(run: &Run<Local, None>) -> Vec<StackName> {
    let page = run.port.stacks(Option::None).await.unwrap();
    page.items.into_iter().map(|stack| stack.name).collect()
}

/// Several in one account, one after the other, as at AWS: none meets what another one has made.
#[tokio::test(start_paused = true)]
async fn scenarios_hold_in_one_account() {
    let run = run();
    for (number, name) in SCENARIOS.iter().enumerate() {
        let outcome = run.scenario(name, number).await;
        assert!(outcome.equal, "{outcome:#?}");
        assert_eq!(outcome.left, [""; 0], "{name}");
    }
    assert_eq!(stacks(&run).await, [""; 0]);
}

/// What the local CloudFormation does otherwise is a line, and not a failure of the run.
#[tokio::test(start_paused = true)]
async fn every_case_is_run_and_leaves_nothing() {
    let run = run();
    for case in cases().unwrap() {
        let outcome = run.case(&case).await;
        assert_eq!(outcome.expected.len(), case.steps.len());
        assert_eq!(outcome.skipped.is_some(), case.needs_services());
        assert_eq!(outcome.equal, equal(&outcome), "{outcome:#?}");
        assert_eq!(outcome.left, [""; 0], "{outcome:#?}");
    }
    assert_eq!(stacks(&run).await, [""; 0]);
}

/// An outcome is equal where every step was taken, or none had to be.
fn equal(outcome: &Outcome) -> bool {
    outcome.skipped.is_some() || outcome.observed.len() == outcome.expected.len() && outcome.equal
}

/// A wrong claim is reported with what was observed, and its stacks are deleted too.
#[tokio::test(start_paused = true)]
async fn a_claim_that_does_not_hold_is_told() {
    let run = run();
    let wrong = case(
        r#"{"case": "wrong", "claim": "a topic can't be made", "source": "nowhere", "steps": [
            {"create": "topic", "template": {"Resources": {"Topic": {"Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": "{id}"}}}}, "ends": "ROLLBACK_COMPLETE"},
            {"delete": "topic", "ends": "DELETE_COMPLETE"}]}"#,
    );
    let outcome = run.case(&wrong).await;
    assert!(!outcome.equal);
    assert_eq!(outcome.observed, ["create topic: CREATE_COMPLETE"]);
    assert_eq!(outcome.left, [""; 0]);
    assert_eq!(stacks(&run).await, [""; 0]);
}

/// The reason counts as much as the status.
#[tokio::test(start_paused = true)]
async fn another_reason_is_a_difference() {
    let text = |because: &str| {
        format!(
            r#"{{"case": "reason", "claim": "c", "source": "s", "steps": [
                {{"create": "importer", "template": {{"Resources": {{"Topic": {{"Type": "AWS::SNS::Topic",
                    "Properties": {{"DisplayName": {{"Fn::ImportValue": "{{id}}"}}}}}}}}}},
                "ends": "ROLLBACK_COMPLETE", "because": "{because}"}}]}}"#
        )
    };
    let outcome = run()
        .case(&case(&text("No export named lc0a1b-reason")))
        .await;
    assert!(outcome.equal, "{outcome:#?}");
    assert!(!run().case(&case(&text("the weather"))).await.equal);
}

/// What is left behind all the same can be found, and paid for, by the tag of its run.
#[tokio::test(start_paused = true)]
async fn everything_that_is_made_is_tagged() {
    let run = run();
    let lasting = case(
        r#"{"case": "lasting", "claim": "c", "source": "s", "steps": [
            {"create": "first", "template": {"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup",
                "Properties": {"LogGroupName": "{id}"}}}, "Outputs": {"Logs": {"Value": {"Ref": "Logs"},
                "Export": {"Name": "{id}"}}}}, "ends": "CREATE_COMPLETE"}]}"#,
    );
    // A foreign importer keeps it.
    let outcome = {
        let port = Arc::clone(&run.port);
        let other = Run {
            port,
            services: Option::<None>::None,
            id: "ffff".to_owned(),
        };
        let watch = async {
            loop {
                let page = run.port.stacks(Option::None).await.unwrap();
                if let Some(stack) = page.items.first()
                    && stack.status == StackStatus::CreateComplete
                {
                    return stack.tags.clone();
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        };
        let (outcome, tags) = tokio::join!(other.case(&lasting), watch);
        assert_eq!(tags.get(TAG).map(String::as_str), Some("ffff"));
        outcome
    };
    assert!(outcome.equal, "{outcome:#?}");
}

#[test]
fn what_every_case_may_cost_is_known() {
    let costs = Costs::known().unwrap();
    for case in cases().unwrap() {
        let usd = costs.of(&case).unwrap();
        assert!(usd < 0.05, "{}: {usd}", case.case);
    }
    let unknown = case(
        r#"{"case": "gateway", "claim": "c", "source": "s", "steps": [
            {"create": "a", "template": {"Resources": {"Gateway": {"Type": "AWS::EC2::NatGateway"}}},
             "ends": "CREATE_COMPLETE"}]}"#,
    );
    assert_eq!(
        costs.of(&unknown).unwrap_err().to_string(),
        "gateway makes AWS::EC2::NatGateway, and `costs.json` has no upper bound for it"
    );
}

#[test]
fn every_case_has_a_name_a_source_and_an_end() {
    let all = cases().unwrap();
    let names: BTreeSet<&str> = all.iter().map(|case| case.case.as_str()).collect();
    assert_eq!(names.len(), all.len());
    for case in &all {
        assert!(!case.source.is_empty() && !case.steps.is_empty());
        // `lc`, a run of up to ten letters, two hyphens and the name: a bucket's has 63 at most.
        assert!(case.case.len() <= 40, "{}", case.case);
    }
}
