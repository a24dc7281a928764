//! What functions give, as far as it can be known.

use serde_json::{Value, json};

use super::{keywords, template};

/// The keywords and paths that a service with these properties violates.
fn service(properties: Value) -> Vec<(&'static str, String)> {
    let others = json!({
        "Parameters": {
            "Kind": { "Type": "String", "AllowedValues": ["EC2", "FARGATE"] },
            "Wrong": { "Type": "String", "AllowedValues": ["VM", "METAL"] },
            "Half": { "Type": "String", "AllowedValues": ["EC2", "METAL"] },
            "Any": { "Type": "String", "Default": "METAL" },
            "Ids": { "Type": "List<AWS::EC2::Subnet::Id>" },
        },
        "Conditions": { "A": {}, "B": {} },
        "Resources": {
            "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16" } },
            "Subnet": { "Type": "AWS::EC2::Subnet", "Properties": { "VpcId": { "Ref": "Vpc" }, "CidrBlock": "10.0.0.0/24" } },
        },
    });
    keywords(&template("AWS::ECS::Service", properties, others))
}

fn none() -> Vec<(&'static str, String)> {
    Vec::new()
}

fn one(keyword: &'static str, path: &str) -> Vec<(&'static str, String)> {
    vec![(keyword, path.to_owned())]
}

#[test]
fn a_computed_value_is_not_known() {
    for function in [
        json!({ "Ref": "Elsewhere" }),
        json!({ "Fn::ImportValue": "export" }),
        json!({ "Fn::Sub": "${Kind}" }),
        json!({ "Fn::FindInMap": ["A", "B", "C"] }),
        json!("{{resolve:ssm:kind}}"),
    ] {
        assert_eq!(service(json!({ "LaunchType": function })), none());
        assert_eq!(service(json!({ "DesiredCount": function })), none());
    }
}

#[test]
fn the_type_of_a_computed_value_is_known() {
    let deployment = |value| service(json!({ "DeploymentConfiguration": value }));
    let path = "/DeploymentConfiguration";
    assert_eq!(
        deployment(json!({ "Fn::Join": ["", []] })),
        one("type", path)
    );
    assert_eq!(
        deployment(json!({ "Fn::Split": [",", "a"] })),
        one("type", path)
    );
    let subnets = |value| {
        service(json!({ "NetworkConfiguration": { "AwsvpcConfiguration": { "Subnets": value } } }))
    };
    let path = "/NetworkConfiguration/AwsvpcConfiguration/Subnets";
    assert_eq!(subnets(json!({ "Ref": "Ids" })), none());
    assert_eq!(subnets(json!({ "Ref": "Subnet" })), one("type", path));
    assert_eq!(subnets(json!([{ "Ref": "Subnet" }])), none());
}

#[test]
fn a_text_without_variables_is_known() {
    assert_eq!(
        service(json!({ "LaunchType": { "Fn::Sub": "EC2" } })),
        none()
    );
    assert_eq!(
        service(json!({ "LaunchType": { "Fn::Sub": "METAL" } })),
        one("enum", "/LaunchType")
    );
}

#[test]
fn a_parameter_has_one_of_its_allowed_values() {
    assert_eq!(service(json!({ "LaunchType": { "Ref": "Kind" } })), none());
    assert_eq!(service(json!({ "LaunchType": { "Ref": "Half" } })), none());
    assert_eq!(service(json!({ "LaunchType": { "Ref": "Any" } })), none());
    assert_eq!(
        service(json!({ "LaunchType": { "Ref": "Wrong" } })),
        one("enum", "/LaunchType")
    );
}

#[test]
fn both_branches_are_checked() {
    let condition = |then, otherwise| json!({ "Fn::If": ["A", then, otherwise] });
    assert_eq!(
        service(json!({ "LaunchType": condition(json!("METAL"), json!("EC2")) })),
        one("enum", "/LaunchType/Fn::If/1")
    );
    let nested = condition(json!("EC2"), json!({ "Fn::If": ["B", "EC2", "METAL"] }));
    // Whether A is false while B is, the template does not tell.
    assert_eq!(service(json!({ "LaunchType": nested })), none());
    let same = condition(json!("EC2"), json!({ "Fn::If": ["A", "METAL", "EC2"] }));
    assert_eq!(service(json!({ "LaunchType": same })), none());
    assert_eq!(
        service(json!({ "NetworkConfiguration": condition(
            json!({ "AwsvpcConfiguration": { "Subnets": "subnet-1" } }),
            json!({ "AwsvpcConfiguration": { "Subnet": [] } }),
        ) })),
        [
            (
                "type",
                "/NetworkConfiguration/Fn::If/1/AwsvpcConfiguration/Subnets".to_owned()
            ),
            (
                "additionalProperties",
                "/NetworkConfiguration/Fn::If/2/AwsvpcConfiguration/Subnet".to_owned()
            ),
        ]
    );
}

#[test]
fn no_value_removes() {
    let absent = json!({ "Ref": "AWS::NoValue" });
    assert_eq!(
        service(json!({ "LaunchType": absent, "Colour": absent })),
        none()
    );
    let breaker = |enable| {
        service(
            json!({ "DeploymentConfiguration": { "DeploymentCircuitBreaker": {
            "Enable": enable, "Rollback": true
        } } }),
        )
    };
    let path = "/DeploymentConfiguration/DeploymentCircuitBreaker";
    assert_eq!(breaker(absent.clone()), one("required", path));
    assert_eq!(
        breaker(json!({ "Fn::If": ["A", true, absent] })),
        one("required", path)
    );
    assert_eq!(breaker(json!({ "Fn::If": ["A", true, false] })), none());
}

/// A choice that a condition makes is checked with each of its results.
#[test]
fn choices_follow_conditions() {
    let absent = json!({ "Ref": "AWS::NoValue" });
    let vpc = |cidr: Value, pool: Value| {
        let properties = json!({ "CidrBlock": cidr, "Ipv4IpamPoolId": pool, "Ipv4NetmaskLength":
            { "Fn::If": ["A", { "Ref": "AWS::NoValue" }, 16] } });
        let conditions = json!({ "Conditions": { "A": {}, "B": {} } });
        keywords(&template("AWS::EC2::VPC", properties, conditions))
    };
    let range = |condition: &str| json!({ "Fn::If": [condition, "10.0.0.0/16", absent] });
    let pool = |condition: &str| json!({ "Fn::If": [condition, absent, "ipam-pool-1"] });
    assert_eq!(vpc(range("A"), pool("A")), none());
    // A and B may always be equal.
    assert_eq!(vpc(range("B"), pool("A")), none());
    assert_eq!(vpc(json!("10.0.0.0/16"), pool("A")), one("requiredXor", ""));
}

#[test]
fn references_are_of_the_kind_that_is_expected() {
    let subnets = |value| {
        service(
            json!({ "NetworkConfiguration": { "AwsvpcConfiguration": { "Subnets": [value] } } }),
        )
    };
    let path = "/NetworkConfiguration/AwsvpcConfiguration/Subnets/0";
    assert_eq!(
        subnets(json!({ "Ref": "Vpc" })),
        one("relationshipRef", path)
    );
    assert_eq!(
        subnets(json!({ "Fn::GetAtt": ["Vpc", "VpcId"] })),
        one("relationshipRef", path)
    );
    assert_eq!(subnets(json!({ "Ref": "Ids" })), one("type", path));
    assert_eq!(subnets(json!("subnet-1")), none());
}

#[test]
fn a_rule_whose_condition_is_not_known_is_not_applied() {
    let group = |target_type: Value| {
        keywords(&template(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            json!({ "TargetType": target_type }),
            json!({}),
        ))
    };
    assert_eq!(group(json!({ "Fn::ImportValue": "a" })), none());
    assert_eq!(group(json!("ip")).len(), 3);
}

#[test]
fn values_are_converted() {
    assert_eq!(
        service(
            json!({ "DesiredCount": "2", "EnableExecuteCommand": "true", "ServiceName": 1, "PlatformVersion": true })
        ),
        none()
    );
}

#[test]
fn custom_resources_take_anything() {
    let properties = json!({ "ServiceToken": "arn", "Other": { "A": [1] } });
    assert_eq!(
        keywords(&template("Custom::Thing", properties, json!({}))),
        none()
    );
    assert_eq!(
        keywords(&template("Custom::Thing", json!({ "Other": 1 }), json!({}))),
        one("required", "")
    );
}
