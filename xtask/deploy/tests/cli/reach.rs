//! `reach`: answers from an assembly, without AWS and without the emulator.

use cli_conventions::exit_code;
use serde_json::{Value, json};

use crate::support::{EmulatedEnvironment, printed, succeeded};

/// A network with one public subnet, and an instance in it that admits SSH from an office.
fn network() -> Value {
    let of = |kind: &str, properties: Value| json!({ "Type": kind, "Properties": properties });
    let reference = |name: &str| json!({ "Ref": name });
    json!({
        "Vpc": of("AWS::EC2::VPC", json!({ "CidrBlock": "10.0.0.0/16" })),
        "Gateway": of("AWS::EC2::InternetGateway", json!({})),
        "Attachment": of("AWS::EC2::VPCGatewayAttachment", json!({
            "VpcId": reference("Vpc"), "InternetGatewayId": reference("Gateway"),
        })),
        "Routes": of("AWS::EC2::RouteTable", json!({ "VpcId": reference("Vpc") })),
        "Route": of("AWS::EC2::Route", json!({
            "RouteTableId": reference("Routes"),
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": reference("Gateway"),
        })),
        "Subnet": of("AWS::EC2::Subnet", json!({
            "VpcId": reference("Vpc"), "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": true,
        })),
        "Association": of("AWS::EC2::SubnetRouteTableAssociation", json!({
            "SubnetId": reference("Subnet"), "RouteTableId": reference("Routes"),
        })),
        "Group": of("AWS::EC2::SecurityGroup", json!({
            "GroupDescription": "the office",
            "VpcId": reference("Vpc"),
            "SecurityGroupIngress": [
                { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "203.0.113.0/24" },
            ],
        })),
        "Bastion": of("AWS::EC2::Instance", json!({
            "SubnetId": reference("Subnet"),
            "SecurityGroupIds": [{ "Fn::GetAtt": ["Group", "GroupId"] }],
        })),
    })
}

fn place(test: &str) -> EmulatedEnvironment {
    let place = EmulatedEnvironment::new(test);
    place.define(&[("network", network(), json!({}))]);
    place
}

#[test]
fn a_path_is_told_hop_by_hop() {
    let place = place("reach-path");
    let said = succeeded(&place.read("reach 203.0.113.7 network/Bastion --port 22"));
    insta::with_settings!({omit_expression => true}, {
        insta::assert_snapshot!("reach-path", said);
    });
}

#[test]
fn where_there_is_no_path_the_missing_hop_is_told() {
    let place = place("reach-missing");
    let said = succeeded(&place.read("reach internet network/Bastion --port 22"));
    insta::with_settings!({omit_expression => true}, {
        insta::assert_snapshot!("reach-missing", said);
    });
}

#[test]
fn answers_are_json() {
    let place = place("reach-json");
    let said = succeeded(&place.read("reach network/Bastion --format json"));
    let json: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["environment"], "staging");
    let answers = json["answers"].as_array().unwrap();
    let internet = answers
        .iter()
        .find(|one| one["to"] == "the internet")
        .unwrap();
    let hop = &internet["paths"][0]["connections"][0]["hops"][0];
    assert_eq!(hop["kind"], "egress");
    assert_eq!(hop["resource"]["stack"], "network");
    assert_eq!(hop["resource"]["logicalId"], "Group");
}

#[test]
fn an_unknown_name_has_a_suggestion() {
    let place = place("reach-unknown");
    let output = place.read("reach internett network/Bastion");
    assert_eq!(output.status.code(), Some(i32::from(exit_code::USAGE)));
    let said = printed(&output);
    assert!(said.contains("did you mean `internet`?"), "{said}");
    assert!(said.contains("load-balancer"), "{said}");
}
