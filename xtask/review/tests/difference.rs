//! Two templates compared, in the words of the definition.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::fmt::Write as _;

use review::difference::{Difference, compare};
use serde_json::{Value, json};

fn lines(difference: &Difference) -> String {
    let mut text = String::new();
    for resource in &difference.resources {
        writeln!(text, "{resource}").unwrap();
        for property in &resource.properties {
            writeln!(text, "    {property}").unwrap();
        }
    }
    for output in &difference.outputs {
        let moves = if output.value_changes {
            ""
        } else {
            " (same value)"
        };
        writeln!(text, "output {output}{moves}").unwrap();
    }
    for parameter in &difference.parameters {
        writeln!(text, "parameter {parameter}").unwrap();
    }
    for other in &difference.others {
        writeln!(text, "{other}").unwrap();
    }
    text
}

fn before() -> Value {
    json!({
        "Description": "a network",
        "Conditions": { "IsLarge": true },
        "Parameters": { "ImageDigest": { "Type": "String" } },
        "Resources": {
            "Vpc": { "Type": "AWS::EC2::VPC", "Properties": {
                "CidrBlock": "10.0.0.0/16",
                "Tags": [{ "Key": "Name", "Value": "old" }, { "Key": "Same", "Value": "same" }],
            } },
            "Subnet": { "Type": "AWS::EC2::Subnet", "Properties": {
                "VpcId": { "Ref": "Vpc" }, "CidrBlock": "10.0.0.0/24",
            } },
            "Machines": {
                "Type": "AWS::AutoScaling::AutoScalingGroup",
                "Properties": { "LaunchTemplate": { "Version": "1" }, "MinSize": "2" },
                "UpdatePolicy": { "AutoScalingRollingUpdate": { "MaxBatchSize": 1 } },
            },
            "Group": { "Type": "AWS::EC2::SecurityGroup", "Properties": {
                "GroupDescription": "web",
                "SecurityGroupIngress": [{ "IpProtocol": "tcp", "FromPort": 443 }],
            } },
            "Topic": { "Type": "AWS::SNS::Topic", "DeletionPolicy": "Delete" },
            "Alarm": { "Type": "AWS::CloudWatch::Alarm", "Properties": {
                "AlarmActions": [{ "Ref": "Vpc" }], "ComparisonOperator": "x",
            } },
            "Custom": { "Type": "Custom::Thing", "Properties": { "A": 1 } },
            "Same": { "Type": "AWS::SNS::Topic" },
        },
        "Outputs": {
            "DefinitionDigest": { "Value": "1" },
            "Vpc": { "Value": { "Ref": "Vpc" }, "Export": { "Name": "network-Vpc" } },
            "Group": { "Value": { "Ref": "Group" }, "Export": { "Name": "network-Group" } },
            "Block": { "Value": { "Fn::GetAtt": ["Same", "TopicName"] } },
            "Gone": { "Value": "x", "Export": { "Name": "network-Gone" } },
        },
    })
}

fn after() -> Value {
    let mut after = before();
    let resources = &mut after["Resources"];
    resources["Vpc"]["Properties"]["CidrBlock"] = "10.1.0.0/16".into();
    resources["Vpc"]["Properties"]["Tags"][0]["Value"] = "new".into();
    resources["Machines"]["Properties"]["LaunchTemplate"]["Version"] = "2".into();
    resources["Group"]["Properties"]["SecurityGroupIngress"] = json!([
        { "IpProtocol": "tcp", "FromPort": 80 },
        { "IpProtocol": "tcp", "FromPort": 443 },
    ]);
    resources["Topic"]["DeletionPolicy"] = "Retain".into();
    resources["Custom"]["Properties"]["A"] = 2.into();
    resources["Queue"] = json!({ "Type": "AWS::SNS::Topic" });
    after["Resources"].as_object_mut().unwrap().remove("Same");
    after["Description"] = "another network".into();
    after["Conditions"] = json!({});
    after["Parameters"]["Threshold"] = json!({ "Type": "Number" });
    let outputs = after["Outputs"].as_object_mut().unwrap();
    outputs.remove("Gone");
    outputs.remove("Block");
    outputs.insert("DefinitionDigest".to_owned(), json!({ "Value": "2" }));
    outputs["Group"]["Value"] = json!({ "Fn::GetAtt": ["Group", "Id"] });
    after
}

#[test]
fn every_kind_of_difference_is_told() {
    insta::assert_snapshot!(
        "difference",
        lines(&compare(Some(&before()), Some(&after())))
    );
}

#[test]
fn a_template_differs_from_itself_in_nothing_and_its_digest_does_not_count() {
    let mut after = before();
    after["Outputs"]["DefinitionDigest"]["Value"] = "2".into();
    assert!(compare(Some(&before()), Some(&after)).is_empty());
}

#[test]
fn everything_of_a_new_stack_is_added_and_of_a_deleted_one_removed() {
    let added = compare(None, Some(&before()));
    assert_eq!(added.resources.len(), 8);
    let text = lines(&added);
    assert!(
        text.lines()
            .all(|line| line.starts_with('+') || line.contains(" + ")),
        "{text}"
    );
    let removed = compare(Some(&before()), None);
    assert_eq!(removed.outputs.len(), 4);
}

#[test]
fn a_difference_is_data_for_other_programs() {
    let mut after = before();
    after["Resources"] = json!({ "Vpc": before()["Resources"]["Vpc"] });
    after["Resources"]["Vpc"]["Properties"]["CidrBlock"] = "10.1.0.0/16".into();
    let mut difference = compare(Some(&before()), Some(&after));
    difference.resources.retain(|one| one.logical_id == "Vpc");
    insta::assert_json_snapshot!("difference-data", difference);
}

/// `Fn::GetAtt` may take the name of the attribute from a parameter: it may be any of the resource's.
#[test]
fn an_output_of_a_computed_attribute_may_change_with_its_resource() {
    let mut before = before();
    before["Outputs"] = json!({
        "Any": { "Value": { "Fn::GetAtt": ["Topic", { "Ref": "Attribute" }] } },
        "Spaced": { "Value": { "Fn::Sub": "arn:${ Topic.TopicName }" } },
    });
    let mut after = before.clone();
    after["Resources"]["Topic"]["Properties"] = json!({ "TopicName": "new" });
    let difference = compare(Some(&before), Some(&after));
    let changed: Vec<&str> = difference
        .outputs
        .iter()
        .filter(|output| output.value_changes)
        .map(|output| output.output.as_str())
        .collect();
    assert_eq!(changed, ["Any", "Spaced"]);
}
