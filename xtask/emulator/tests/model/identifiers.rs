//! Physical resources by their primary identifiers, and attributes.

use emulator::OutOfBandChange;
use serde_json::{Value, json};

use crate::support::Client;

fn record(zone: &str, kind: &str, more: Value) -> Value {
    let mut properties = json!({"HostedZoneId": zone, "Name": "www.example.com", "Type": kind,
        "TTL": "60", "ResourceRecords": ["x"]});
    let more = more.as_object().unwrap().clone();
    properties.as_object_mut().unwrap().extend(more);
    json!({"Type": "AWS::Route53::RecordSet", "Properties": properties})
}

#[test]
fn what_differs_in_its_identifier_exists_beside_each_other() {
    let weighted = |id: &str| record("Z1", "TXT", json!({"SetIdentifier": id, "Weight": 1}));
    let named = json!({"HostedZoneName": "example.org."});
    let mut other_zone = record("Z1", "A", named);
    other_zone["Properties"]
        .as_object_mut()
        .unwrap()
        .remove("HostedZoneId");
    let rule = |bus: Value| {
        let mut properties = json!({"Name": "r", "ScheduleExpression": "rate(1 day)"});
        properties
            .as_object_mut()
            .unwrap()
            .extend(bus.as_object().unwrap().clone());
        json!({"Type": "AWS::Events::Rule", "Properties": properties})
    };
    let route = |list: &str| {
        json!({"Type": "AWS::EC2::Route", "Properties":
            {"RouteTableId": "rtb-1", "DestinationPrefixListId": list, "GatewayId": "igw-1"}})
    };
    let template = json!({
        "Resources": {
            "A": record("Z1", "A", json!({})),
            "Aaaa": record("Z1", "AAAA", json!({})),
            "Zone2": record("Z2", "A", json!({})),
            "Named": other_zone,
            "Blue": weighted("blue"), "Green": weighted("green"),
            "Default": rule(json!({})), "Bus": rule(json!({"EventBusName": "bus"})),
            "ByArn": rule(json!({"EventBusName":
                "arn:aws:events:eu-west-1:111122223333:event-bus/other"})),
            "Pl1": route("pl-1"), "Pl2": route("pl-2"),
            "Igw": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties":
                {"VpcId": "vpc-1", "InternetGatewayId": "igw-1"}},
            "Vgw": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties":
                {"VpcId": "vpc-1", "VpnGatewayId": "vgw-1"}},
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Bus", "Arn"]}}},
    });
    let mut client = Client::new();
    client.created("s", &template);
    assert_eq!(client.physical("s", "Aaaa"), "www.example.com");
    assert_eq!(client.physical("s", "Bus"), "bus|r");
    assert_eq!(client.physical("s", "Default"), "r");
    assert_eq!(client.physical("s", "ByArn"), "other|r");
    assert_eq!(client.physical("s", "Pl2"), "rtb-1|pl-2");
    assert_eq!(
        client.output("s", "Arn"),
        "arn:aws:events:eu-west-1:111122223333:rule/bus/r"
    );
    let count = template["Resources"].as_object().unwrap().len();
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), count);
    // The same ones again are taken.
    for name in ["A", "Blue", "Bus", "Pl1"] {
        let twin = json!({"Resources": {"Twin": template["Resources"][name]}});
        client.create("twin", &twin).unwrap();
        client.settle();
        assert_eq!(client.status("twin"), "ROLLBACK_COMPLETE", "{name}");
        client.delete("twin").unwrap();
        client.settle();
    }
    client.delete("s").unwrap();
    client.settle();
    assert_eq!(client.cloud.physical_resources(&client.caller), []);
}

#[test]
fn a_record_that_becomes_one_of_another_type_is_the_same_resource() {
    let template = |kind: &str| json!({"Resources": {"R": record("Z1", kind, json!({}))}});
    let mut client = Client::new();
    client.created("s", &template("A"));
    client.updated("s", &template("AAAA"));
    client.created("other", &template("A"));
    client.update("s", &template("A")).unwrap();
    client.settle();
    assert_eq!(client.status("s"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), 2);
    let caller = client.caller.clone();
    client
        .cloud
        .change_out_of_band(&caller, "s", "R", &OutOfBandChange::Delete)
        .unwrap();
    assert_eq!(client.cloud.physical_resources(&client.caller).len(), 1);
}

#[test]
fn attributes_are_lists_and_properties_where_the_type_says_so() {
    let mut client = Client::new();
    client.created(
        "s",
        &json!({
            "Parameters": {"Of": {"Type": "String", "Default": "CidrBlock"}},
            "Resources": {
                "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
                "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {
                    "VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24",
                    "Ipv6CidrBlock": {"Fn::Select": [0, {"Fn::Cidr":
                        [{"Fn::Select": [0, {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}, 1, 64]}]}}},
                "Ip": {"Type": "AWS::EC2::EIP"},
                "Parameter": {"Type": "AWS::SSM::Parameter", "Properties":
                    {"Type": "String", "Value": "v", "Name": "p"}},
            },
            "Outputs": {
                "Association": {"Value": {"Fn::Select": [0,
                    {"Fn::GetAtt": ["Vpc", "CidrBlockAssociations"]}]}},
                "Ipv6": {"Value": {"Fn::Join": [",", {"Fn::GetAtt": ["Subnet", "Ipv6CidrBlocks"]}]}},
                "Dns": {"Value": {"Fn::GetAtt": ["Vpc", "EnableDnsSupport"]}},
                "Tenancy": {"Value": {"Fn::Sub": "${Vpc.InstanceTenancy}"}},
                "Computed": {"Value": {"Fn::GetAtt": ["Vpc", {"Ref": "Of"}]}},
                "Zone": {"Value": {"Fn::GetAtt": ["Subnet", "AvailabilityZone"]}},
                "Ip": {"Value": {"Fn::GetAtt": ["Ip", "PublicIp"]}},
                "Address": {"Value": {"Ref": "Ip"}},
                "Value": {"Value": {"Fn::GetAtt": ["Parameter", "Value"]}},
            },
        }),
    );
    assert!(
        client
            .output("s", "Association")
            .starts_with("vpc-cidr-assoc-0")
    );
    assert!(
        client.output("s", "Ipv6").ends_with("::/64"),
        "{}",
        client.output("s", "Ipv6")
    );
    assert_eq!(client.output("s", "Dns"), "true");
    assert_eq!(client.output("s", "Tenancy"), "default");
    assert_eq!(client.output("s", "Computed"), "10.0.0.0/16");
    assert_eq!(client.output("s", "Zone"), "eu-west-1a");
    assert_eq!(client.output("s", "Ip"), client.output("s", "Address"));
    assert_eq!(client.output("s", "Value"), "v");
}

#[test]
fn a_computed_attribute_has_to_be_one() {
    let template = |of: &str| {
        json!({
            "Parameters": {"Of": {"Type": "String", "Default": of}},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Topic", {"Ref": "Of"}]}}},
        })
    };
    let mut client = Client::new();
    client.created("s", &template("TopicName"));
    let refused = client.create("t", &template("Color")).unwrap_err();
    assert_eq!(
        refused.message,
        "Template error: resource Topic does not support attribute type Color in Fn::GetAtt"
    );
}

#[test]
fn a_custom_resource_has_a_version() {
    let resource = |kind: &str| {
        json!({"Resources": {"C": {"Type": kind, "Version": "1.0", "Properties":
            {"ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:f"}}}})
    };
    let mut client = Client::new();
    client.created("s", &resource("Custom::Thing"));
    client.created("t", &resource("AWS::CloudFormation::CustomResource"));
    let refused = client
        .create("u", &resource("AWS::SNS::Topic"))
        .unwrap_err();
    assert_eq!(
        refused.message,
        "Invalid template resource property 'Version'"
    );
}
