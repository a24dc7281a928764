//! Each kind of violation, at depth.

use property_schemas::{Constraint, Found, Origin};
use serde_json::json;

use super::{only, sentences, violations};

#[test]
fn a_violation_is_data_and_a_sentence() {
    let found = violations(
        "AWS::ECS::Service",
        json!({ "DeploymentConfiguration": { "CanaryConfiguration": { "CanaryBakeTimeInMinutes": 1500 } } }),
    );
    let [violation] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(
        violation.path,
        "/Resources/X/Properties/DeploymentConfiguration/CanaryConfiguration/CanaryBakeTimeInMinutes"
    );
    assert_eq!(violation.constraint, Constraint::Maximum(1440.0));
    assert_eq!(violation.found, Found::Value(json!(1500)));
    assert_eq!(violation.origin, Origin::Schema);
    assert_eq!(
        violation.to_string(),
        "/Resources/X/Properties/DeploymentConfiguration/CanaryConfiguration/CanaryBakeTimeInMinutes: \
         is 1500, may be at most 1440"
    );
}

fn service(network: serde_json::Value) -> Vec<String> {
    sentences(
        "AWS::ECS::Service",
        json!({ "NetworkConfiguration": { "AwsvpcConfiguration": network } }),
    )
}

#[test]
fn types() {
    assert_eq!(
        service(json!({ "Subnets": "subnet-1" })),
        ["/NetworkConfiguration/AwsvpcConfiguration/Subnets: is \"subnet-1\", must be array"]
    );
    assert_eq!(
        service(json!({ "Subnets": [["subnet-1"]] })),
        ["/NetworkConfiguration/AwsvpcConfiguration/Subnets/0: is a list, must be string"]
    );
    assert_eq!(
        service(json!({ "Subnets": [null] })),
        ["/NetworkConfiguration/AwsvpcConfiguration/Subnets/0: is null, must be string"]
    );
    assert_eq!(
        sentences(
            "AWS::ECS::Service",
            json!({ "DesiredCount": "two", "EnableExecuteCommand": "yes" })
        ),
        [
            "/DesiredCount: is \"two\", must be integer",
            "/EnableExecuteCommand: is \"yes\", must be boolean",
        ]
    );
}

#[test]
fn unknown_properties() {
    assert_eq!(
        service(json!({ "Subnet": [] })),
        [
            "/NetworkConfiguration/AwsvpcConfiguration/Subnet: is no property; did you mean `Subnets`?"
        ]
    );
    assert_eq!(
        service(json!({ "Colour": 1 })),
        [
            "/NetworkConfiguration/AwsvpcConfiguration/Colour: is no property; \
             there are `AssignPublicIp`, `SecurityGroups` and `Subnets`"
        ]
    );
}

#[test]
fn read_only_properties() {
    assert_eq!(
        sentences(
            "AWS::EC2::VPC",
            json!({ "CidrBlock": "10.0.0.0/16", "VpcId": "vpc-1" })
        ),
        ["/VpcId: is read-only; AWS sets it"]
    );
}

#[test]
fn required_properties() {
    assert_eq!(
        sentences(
            "AWS::ECS::TaskDefinition",
            json!({ "ContainerDefinitions": [{ "Image": "nginx", "Memory": 128 }] })
        ),
        ["/ContainerDefinitions/0: lacks the required property `Name`"]
    );
    assert_eq!(
        sentences("AWS::EC2::Subnet", json!({ "CidrBlock": "10.0.0.0/24" })),
        [": lacks the required property `VpcId`"]
    );
}

#[test]
fn choices_of_properties() {
    let rule = |rule| {
        sentences(
            "AWS::EC2::SecurityGroup",
            json!({ "GroupDescription": "a", "SecurityGroupIngress": [rule] }),
        )
    };
    assert_eq!(
        rule(json!({ "IpProtocol": "-1" })),
        [
            "/SecurityGroupIngress/0: sets none, must set exactly one of `CidrIp`, `CidrIpv6`, \
             `SourcePrefixListId`, `SourceSecurityGroupId` or `SourceSecurityGroupName`"
        ]
    );
    assert_eq!(
        rule(json!({ "IpProtocol": "-1", "CidrIp": "10.0.0.0/8", "CidrIpv6": "::/0" })),
        [
            "/SecurityGroupIngress/0: sets `CidrIp` and `CidrIpv6`, must set exactly one of `CidrIp`, \
             `CidrIpv6`, `SourcePrefixListId`, `SourceSecurityGroupId` or `SourceSecurityGroupName`"
        ]
    );
    assert_eq!(
        sentences("AWS::Events::Rule", json!({ "Name": "a" })),
        [": must set at least one of `EventPattern` or `ScheduleExpression`"]
    );
    assert_eq!(
        sentences("AWS::EC2::VPC", json!({ "Ipv4IpamPoolId": "ipam-pool-1" })),
        [": sets `Ipv4IpamPoolId`, which requires `Ipv4NetmaskLength`"]
    );
    assert_eq!(
        sentences(
            "AWS::EC2::LaunchTemplate",
            json!({ "LaunchTemplateData": { "NetworkInterfaces": [
                { "NetworkInterfaceId": "eni-1", "AssociatePublicIpAddress": true }
            ] } })
        ),
        [
            "/LaunchTemplateData/NetworkInterfaces/0: sets `AssociatePublicIpAddress` and \
             `NetworkInterfaceId`, which exclude each other"
        ]
    );
}

#[test]
fn alternatives() {
    let transform = |transform| {
        sentences(
            "AWS::ElasticLoadBalancingV2::ListenerRule",
            json!({ "Actions": [{ "Type": "forward", "TargetGroupArn": "arn:aws:a" }], "Conditions": [], "Priority": 1, "Transforms": [transform] }),
        )
    };
    assert_eq!(
        transform(json!({ "Type": "url-rewrite" })),
        ["/Transforms/0: matches 0 of 2 alternatives, must match exactly one"]
    );
    assert_eq!(
        transform(json!({
            "Type": "url-rewrite", "UrlRewriteConfig": { "Rewrites": [] }, "HostHeaderRewriteConfig": { "Rewrites": [] }
        })),
        ["/Transforms/0: matches 2 of 2 alternatives, must match exactly one"]
    );
    let found = violations(
        "AWS::S3::Bucket",
        json!({ "LoggingConfiguration": { "TargetObjectKeyFormat": { "PartitionedPrefix": { "PartitionDateSource": "Now" } } } }),
    );
    let keywords: Vec<&str> = found.iter().map(|one| one.constraint.keyword()).collect();
    assert_eq!(keywords[0], "oneOf");
    assert!(keywords.contains(&"enum"), "the closest one: {found:?}");
    assert_eq!(
        sentences(
            "AWS::S3::Bucket",
            json!({ "WebsiteConfiguration": { "RoutingRules": [
                { "RedirectRule": {}, "RoutingRuleCondition": {} }
            ] } })
        ),
        [
            "/WebsiteConfiguration/RoutingRules/0/RoutingRuleCondition: matches none of 2 alternatives"
        ]
    );
}

#[test]
fn enumerations() {
    assert_eq!(
        service(json!({ "AssignPublicIp": "disabled" })),
        [
            "/NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp: is \"disabled\", must be \"DISABLED\" or \"ENABLED\""
        ]
    );
    assert_eq!(
        sentences("AWS::EC2::EIP", json!({ "Domain": "classic" })),
        ["/Domain: is \"classic\", must be \"standard\" or \"vpc\""]
    );
}

#[test]
fn texts() {
    let tag = |key: &str, value: String| {
        sentences(
            "AWS::ECS::Cluster",
            json!({ "Tags": [{ "Key": "a", "Value": "b" }, { "Key": key, "Value": value }] }),
        )
    };
    assert_eq!(
        tag("", "b".to_owned()),
        ["/Tags/1/Key: has 0 characters, must have at least 1"]
    );
    assert_eq!(
        tag("a", "b".repeat(257)),
        ["/Tags/1/Value: has 257 characters, may have at most 256"]
    );
    assert_eq!(
        sentences("AWS::ECR::Repository", json!({ "RepositoryName": "Web" }))[0],
        "/RepositoryName: is \"Web\", must match \
         ^(?=.{2,256}$)([a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*)$"
    );
    assert_eq!(
        sentences("AWS::EC2::VPC", json!({ "CidrBlock": "10.0.0.0/33" })),
        ["/CidrBlock: is \"10.0.0.0/33\", must be an IPv4 network such as 10.0.0.0/16"]
    );
}

#[test]
fn numbers() {
    let canary = |percent| {
        sentences(
            "AWS::ECS::Service",
            json!({ "DeploymentConfiguration": { "CanaryConfiguration": { "CanaryPercent": percent } } }),
        )
    };
    let path = "/DeploymentConfiguration/CanaryConfiguration/CanaryPercent";
    assert_eq!(
        canary(json!(0)),
        [format!("{path}: is 0, must be at least 0.1")]
    );
    assert_eq!(
        canary(json!("101")),
        [format!("{path}: is \"101\", may be at most 100")]
    );
    assert_eq!(
        canary(json!(0.25)),
        [format!("{path}: is 0.25, must be a multiple of 0.1")]
    );
    assert_eq!(canary(json!(0.3)), [""; 0]);
    assert_eq!(
        sentences("AWS::ECS::Service", json!({ "DesiredCount": 1.5 })),
        ["/DesiredCount: is 1.5, must be integer"]
    );
}

#[test]
fn lists() {
    let association = |targets| {
        only(violations(
            "AWS::SSM::Association",
            json!({ "Name": "AWS-RunShellScript", "Targets": targets }),
        ))
    };
    let target = |key: &str| json!({ "Key": key, "Values": [] });
    let targets: Vec<_> = ["a", "b", "c", "d", "e", "f"]
        .map(|name| target(&format!("tag:{name}")))
        .into();
    assert_eq!(association(json!(targets)), Constraint::MaxItems(5));
    let actions: Vec<String> = (0..6).map(|number| format!("arn:{number}")).collect();
    let alarm = json!({
        "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "MetricName": "a", "AlarmActions": actions
    });
    assert_eq!(
        only(violations("AWS::CloudWatch::Alarm", alarm)),
        Constraint::MaxUniqueItems(5)
    );
    let group = json!({
        "MinSize": 1, "MaxSize": 1, "LaunchConfigurationName": "a", "CapacityReservationSpecification": {
            "CapacityReservationPreference": "default",
            "CapacityReservationTarget": { "CapacityReservationIds": [{ "Ref": "A" }, "cr-1", { "Ref": "A" }] }
        }
    });
    assert_eq!(
        only(violations("AWS::AutoScaling::AutoScalingGroup", group)),
        Constraint::UniqueItems
    );
    assert_eq!(
        only(violations(
            "AWS::ECS::TaskDefinition",
            json!({ "ContainerDefinitions": [{ "Name": "a", "Image": "a", "Memory": 128, "Environment": [
                { "Name": "A", "Value": "1" }, { "Name": "A", "Value": "2" }
            ] }] })
        )),
        Constraint::UniqueKeys(vec!["Name".to_owned()])
    );
}

/// What a page or the model of a service says, and no schema.
#[test]
fn constraints_of_pages_and_service_models() {
    assert_eq!(
        sentences(
            "AWS::EC2::Route",
            json!({ "RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0" })
        )
        .len(),
        1
    );
    assert_eq!(
        sentences("AWS::EC2::VPC", json!({ "CidrBlock": "10.0.0.0/8" })),
        ["/CidrBlock: is \"10.0.0.0/8\", must match /(1[6-9]|2[0-8])$"]
    );
    assert_eq!(
        sentences(
            "AWS::Budgets::Budget",
            json!({ "Budget": { "BudgetType": "MONEY", "TimeUnit": "MONTHLY" } })
        )
        .len(),
        1
    );
    let balancer = |key: &str, value: &str| {
        sentences(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            json!({ "Subnets": ["subnet-1", "subnet-2"], "LoadBalancerAttributes": [{ "Key": key, "Value": value }] }),
        )
    };
    for (key, value) in [
        ("idle_timeout.timeout_seconds", "4000"),
        ("waf.fail_open.enabled", "true"),
    ] {
        assert!(
            balancer(key, value).is_empty(),
            "{:?}",
            balancer(key, value)
        );
    }
    for (key, value) in [
        ("idle_timeout.timeout_seconds", "4001"),
        ("idle_timeout.seconds", "60"),
        ("waf.fail_open.enabled", "yes"),
    ] {
        assert_eq!(balancer(key, value).len(), 1, "{key} {value}");
    }
}

/// What cfn-lint adds is told from AWS's schema.
#[test]
fn rules_that_span_properties() {
    let target_group = violations(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        json!({ "TargetType": "lambda", "Port": 80 }),
    );
    assert_eq!(target_group[0].path, "/Resources/X/Properties/Port");
    assert_eq!(target_group[0].constraint, Constraint::Forbidden);
    assert_eq!(target_group[0].origin, Origin::Extension);
    assert_eq!(
        sentences(
            "AWS::EC2::SecurityGroup",
            json!({ "GroupDescription": "a", "SecurityGroupIngress": [
                { "IpProtocol": "tcp", "CidrIp": "10.0.0.0/8", "FromPort": 80 }
            ] })
        ),
        ["/SecurityGroupIngress/0: lacks the required property `ToPort`"]
    );
    assert_eq!(
        sentences(
            "AWS::Lambda::Function",
            json!({ "Code": {}, "Role": "arn:aws:iam::111122223333:role/a", "Environment": { "Variables": { "AWS_REGION": "a" } } })
        ),
        ["/Environment/Variables/AWS_REGION: can't be combined with the other properties"]
    );
    assert_eq!(
        sentences(
            "AWS::ECS::TaskDefinition",
            json!({ "ContainerDefinitions": [{ "Name": "a", "Image": "a", "Memory": 128, "Essential": false }] })
        ),
        ["/ContainerDefinitions: has no item of the kind that one must be"]
    );
}
