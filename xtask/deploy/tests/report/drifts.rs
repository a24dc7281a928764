//! `drift`.

use std::collections::BTreeMap;

use cloudformation::status::ResourceDriftStatus;
use cloudformation::{PropertyDifference, StackResourceDrift};
use common::environment::EnvironmentName;
use deploy::drift::{DetectedDrift, Report};
use deploy::report::drift;
use serde_json::json;

use crate::support::{ASCII, NARROW, WIDE, name, text};

fn property(path: &str, expected: Option<&str>, actual: Option<&str>) -> PropertyDifference {
    PropertyDifference {
        path: path.to_owned(),
        expected: expected.map(str::to_owned),
        actual: actual.map(str::to_owned),
    }
}

fn resource(
    logical_id: &str,
    kind: &str,
    differences: Vec<PropertyDifference>,
) -> StackResourceDrift {
    StackResourceDrift {
        logical_id: logical_id.into(),
        physical_id: Some(format!("{}-0a1b", logical_id.to_lowercase()).into()),
        resource_type: kind.to_owned(),
        status: match differences.is_empty() {
            true => ResourceDriftStatus::Deleted,
            false => ResourceDriftStatus::Modified,
        },
        differences,
        ..StackResourceDrift::default()
    }
}

fn report() -> Report {
    let rule = |port: u16| json!([{ "CidrIp": "10.0.0.0/16", "FromPort": port }]).to_string();
    let network = DetectedDrift {
        resources: vec![
            resource(
                "FlowLogGroup",
                "AWS::Logs::LogGroup",
                vec![property("/RetentionInDays", Some("30"), Some("1"))],
            ),
            resource(
                "LoadBalancerSecurityGroup",
                "AWS::EC2::SecurityGroup",
                vec![
                    property("/SecurityGroupIngress", Some(&rule(443)), Some(&rule(22))),
                    property("/VpcId", Some("vpc-0a1b"), Some("vpc-2c3d")),
                    property("/Tags/2", None, Some(r#"{"Key":"owner","Value":"me"}"#)),
                    property(
                        "/GroupDescription",
                        Some("what comes in from outside"),
                        None,
                    ),
                ],
            ),
        ],
        unread: None,
    };
    let loadbalancer = DetectedDrift {
        resources: vec![resource("Dashboard", "AWS::CloudWatch::Dashboard", vec![])],
        unread: Some("some of its resources could not be read: Listener".to_owned()),
    };
    let found = BTreeMap::from([
        (name("network"), network),
        (name("loadbalancer"), loadbalancer),
        (name("ecs"), DetectedDrift::default()),
    ]);
    let template = json!({ "Resources": { "LoadBalancerSecurityGroup": { "Properties": {
        "VpcId": { "Ref": "Vpc" },
    } } } });
    Report::new(&found, &BTreeMap::from([(name("network"), template)]))
}

#[test]
fn drifted() {
    let report = report();
    assert_eq!((report.drifted(), report.unread()), (3, 1));
    for (case, style) in [("wide", WIDE), ("narrow", NARROW), ("ascii", ASCII)] {
        let lines = drift::lines(&report, EnvironmentName::Staging, style);
        insta::assert_snapshot!(format!("drift-{case}"), text(&lines, style));
    }
}

#[test]
fn nothing_drifted() {
    let found = BTreeMap::from([(name("network"), DetectedDrift::default())]);
    let report = Report::new(&found, &BTreeMap::new());
    let lines = drift::lines(&report, EnvironmentName::Staging, WIDE);
    insta::assert_snapshot!(
        text(&lines, WIDE),
        @"staging: no drift, 1 stack checked"
    );
}
