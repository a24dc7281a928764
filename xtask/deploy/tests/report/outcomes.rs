//! Rendered outcomes.

use std::collections::BTreeMap;

use deploy::execute::{Failure, Outcome, ResourceFailure, StepOutcome};
use deploy::plan::{Finding, FindingCode, Plan, Severity, StepId};
use deploy::report::outcome::{outcome, success};

use crate::support::{ASCII, NARROW, WIDE, creation, finding, migration, text};

const AGAIN: &str = "cargo xtask deploy --env staging";

pub(crate) fn failure() -> Failure {
    Failure {
        message: "could not be created: ROLLBACK_COMPLETE".to_owned(),
        status: Some("ROLLBACK_COMPLETE".into()),
        cause: Some(ResourceFailure {
            logical_id: "Listener".into(),
            physical_id: None,
            resource_type: "AWS::ElasticLoadBalancingV2::Listener".to_owned(),
            status: "CREATE_FAILED".into(),
            reason: "Resource handler returned message: \"Certificate not found\" (Service: \
                     ElasticLoadBalancingV2, Status Code: 400)"
                .to_owned(),
        }),
        others: vec![ResourceFailure {
            logical_id: "LogBucket".into(),
            physical_id: Some("lemonade-staging-logs".into()),
            resource_type: "AWS::S3::Bucket".to_owned(),
            status: "CREATE_FAILED".into(),
            reason: "Access Denied".to_owned(),
        }],
        aftermath: Some("CloudFormation took back what it had created".to_owned()),
        hint: Some("the certificate has to be in the load balancer's region".to_owned()),
        credentials: false,
        denied: false,
        orphans: false,
    }
}

fn ended(steps: &[(&str, StepOutcome)], detached: bool) -> Outcome {
    Outcome {
        steps: steps
            .iter()
            .map(|(step, outcome)| (StepId((*step).to_owned()), outcome.clone()))
            .collect::<BTreeMap<_, _>>(),
        detached,
    }
}

fn done() -> StepOutcome {
    StepOutcome::Done {
        status: "CREATE_COMPLETE".into(),
    }
}

fn told(plan: &Plan, ended: &Outcome) -> [String; 2] {
    let lines = outcome(plan, ended, AGAIN);
    assert!(text(&lines, ASCII).is_ascii());
    [text(&lines, WIDE), text(&lines, NARROW)]
}

#[test]
fn the_cause_comes_first() {
    let failed = StepOutcome::Failed(Box::new(Failure {
        message: "could not be created: ROLLBACK_COMPLETE".to_owned(),
        ..failure()
    }));
    let because = || StepOutcome::Skipped {
        because: StepId("network".to_owned()),
    };
    let ended = ended(
        &[
            ("network", failed),
            ("loadbalancer", because()),
            ("ecs", because()),
        ],
        false,
    );
    let [wide, narrow] = told(&creation(), &ended);
    insta::assert_snapshot!("failure-80", wide);
    insta::assert_snapshot!("failure-40", narrow);
}

#[test]
fn left_before_its_end() {
    let ended = ended(&[("network", StepOutcome::Detached)], true);
    let [wide, narrow] = told(&creation(), &ended);
    insta::assert_snapshot!("left-80", wide);
    insta::assert_snapshot!("left-40", narrow);
}

#[test]
fn left_with_nothing_going_on() {
    let [wide, _] = told(&creation(), &ended(&[("network", done())], true));
    insta::assert_snapshot!("left-idle", wide);
}

#[test]
fn the_environment_has_moved_and_the_change_set_shows_more() {
    let blocked = StepOutcome::Blocked {
        findings: vec![Finding {
            message: "the cluster would be replaced".to_owned(),
            ..finding(
                FindingCode::ResourceReplaced,
                Severity::Acknowledge,
                "ecs",
                "Cluster",
            )
        }],
    };
    let moved = StepOutcome::Stale {
        difference: "it was UPDATE_COMPLETE, and is UPDATE_IN_PROGRESS".to_owned(),
    };
    let ended = ended(
        &[
            ("network expand", moved),
            ("ecs", blocked),
            ("service-old", done()),
            (
                "network contract",
                StepOutcome::Skipped {
                    because: StepId("network expand".to_owned()),
                },
            ),
        ],
        false,
    );
    let [wide, _] = told(&migration(), &ended);
    insta::assert_snapshot!("moved-and-blocked", wide);
}

#[test]
fn success_is_one_line() {
    let plan = creation();
    let ended = ended(
        &[
            ("network", done()),
            ("loadbalancer", done()),
            ("ecs", done()),
        ],
        false,
    );
    assert!(outcome(&plan, &ended, AGAIN).is_empty());
    assert_eq!(
        success(&plan, "4m 05s").rendered(WIDE),
        "done: 3 created in staging, in 4m 05s"
    );
}
