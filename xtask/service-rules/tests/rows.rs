//! Each rule that has a form: resources that it refuses, and resources that it lets pass.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test a panic is a failure"
)]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use service_rules::evaluate::{
    Thing, World, creation_refusal, held_elsewhere, obstacle, unique_values, unmet,
};
use service_rules::{Block, Lag, Need, Row, Rule, is_deleted_first, rows};

/// Resources by type and name. Others refer to one by its name.
struct Resources(Vec<(&'static str, &'static str, Value)>);

impl Resources {
    fn thing(&self, index: usize) -> Thing<'_> {
        let (resource_type, key, properties) = &self.0[index];
        Thing {
            resource_type,
            key,
            properties: properties.as_object().unwrap(),
            ids: Vec::new(),
        }
    }
}

impl World for Resources {
    fn of_type(&self, resource_type: &str) -> Vec<Thing<'_>> {
        let all = 0..self.0.len();
        all.map(|index| self.thing(index))
            .filter(|thing| thing.resource_type == resource_type)
            .collect()
    }

    fn is_gone(&self, _: &str, name: &str) -> bool {
        name == "gone"
    }
}

/// The first resource is the one that is created or deleted.
struct Case {
    row: &'static str,
    refused: Value,
    passes: Value,
}

fn case(row: &'static str, refused: Value, passes: Value) -> Case {
    Case {
        row,
        refused,
        passes,
    }
}

const TYPES: [(&str, &str); 27] = [
    ("Service", "AWS::ECS::Service"),
    ("Cluster", "AWS::ECS::Cluster"),
    ("Provider", "AWS::ECS::CapacityProvider"),
    (
        "Association",
        "AWS::ECS::ClusterCapacityProviderAssociations",
    ),
    ("TargetGroup", "AWS::ElasticLoadBalancingV2::TargetGroup"),
    ("Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
    ("Listener", "AWS::ElasticLoadBalancingV2::Listener"),
    ("Rule", "AWS::ElasticLoadBalancingV2::ListenerRule"),
    ("Vpc", "AWS::EC2::VPC"),
    ("Subnet", "AWS::EC2::Subnet"),
    ("Table", "AWS::EC2::RouteTable"),
    ("TableAssociation", "AWS::EC2::SubnetRouteTableAssociation"),
    ("Route", "AWS::EC2::Route"),
    ("Gateway", "AWS::EC2::InternetGateway"),
    ("Attachment", "AWS::EC2::VPCGatewayAttachment"),
    ("Nat", "AWS::EC2::NatGateway"),
    ("Group", "AWS::EC2::SecurityGroup"),
    ("Ingress", "AWS::EC2::SecurityGroupIngress"),
    ("Endpoint", "AWS::EC2::VPCEndpoint"),
    ("Machines", "AWS::AutoScaling::AutoScalingGroup"),
    ("Function", "AWS::Lambda::Function"),
    ("Role", "AWS::IAM::Role"),
    ("Profile", "AWS::IAM::InstanceProfile"),
    ("Policy", "AWS::IAM::ManagedPolicy"),
    ("Firewall", "AWS::WAFv2::WebACL"),
    ("FirewallAssociation", "AWS::WAFv2::WebACLAssociation"),
    ("Certificate", "AWS::CertificateManager::Certificate"),
];

/// `{"Service a": {…}}`: a short name of a type of [`TYPES`], or the type, and a name.
fn read(resources: &Value) -> Resources {
    let all = resources.as_array().unwrap().iter();
    let read = |resource: &Value| {
        let (name, properties) = resource.as_object().unwrap().iter().next().unwrap();
        let (kind, key) = name.split_once(' ').unwrap();
        let known = TYPES.iter().find(|(short, _)| *short == kind);
        let kind: &'static str = match known {
            Some((_, kind)) => kind,
            None => rows()
                .map(|row| row.resource_type)
                .find(|known| *known == kind)
                .unwrap_or_else(|| panic!("{kind}")),
        };
        (kind, &*key.to_owned().leak(), properties.clone())
    };
    Resources(all.map(read).collect())
}

fn trusting(service: &str) -> Value {
    json!({"AssumeRolePolicyDocument": {"Statement": [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}})
}

fn assumed(row: &'static str, kind: &str, property: &str, service: &str) -> Case {
    let with = |service: &str| {
        json!([
            {format!("{kind} it"): {property: "role"}},
            {"Role role": trusting(service)},
        ])
    };
    case(row, with("other.amazonaws.com"), with(service))
}

/// A resource that another one names in a property.
fn used(row: &'static str, kind: &str, by: &str, property: &str) -> Case {
    let with = |name: &str| json!([{format!("{kind} it"): {}}, {format!("{by} user"): {property: [{"Name": name}]}}]);
    case(row, with("it"), with("other"))
}

/// A resource that names one that was deleted.
fn gone(row: &'static str, kind: &str, property: &str) -> Case {
    let with = |name: &str| {
        let mut value = json!(name);
        for part in property.rsplit('.') {
            value = json!({ part: value });
        }
        json!([{format!("{kind} it"): value}])
    };
    case(row, with("gone"), with("there"))
}

fn cases() -> Vec<Case> {
    let forwarding = |group: &str| json!([{"Type": "forward", "TargetGroupArn": group}]);
    let service = json!({"Service it": {"LoadBalancers": [{"TargetGroupArn": "group"}]}});
    let in_vpc = |first: Value, attached: bool| {
        let mut all = vec![
            first,
            json!({"Subnet a": {"VpcId": "vpc", "AvailabilityZone": "a"}}),
            json!({"Subnet b": {"VpcId": "vpc", "AvailabilityZone": "b"}}),
            json!({"Vpc vpc": {}}),
            json!({"Table table": {"VpcId": "vpc"}}),
            json!({"Gateway gateway": {}}),
        ];
        if attached {
            all.push(json!({"Attachment one": {"VpcId": "vpc", "InternetGatewayId": "gateway"}}));
        }
        Value::Array(all)
    };
    let connected = |first: Value| (in_vpc(first.clone(), false), in_vpc(first, true));
    let nat = connected(json!({"Nat it": {"SubnetId": "a"}}));
    let balancer = connected(json!({"Balancer it": {"Subnets": ["a", "b"]}}));
    let route = connected(json!({"Route it": {"RouteTableId": "table", "GatewayId": "gateway"}}));
    let provided = |cluster: &str| {
        json!([
            {"Service it": {"Cluster": "main",
                "CapacityProviderStrategy": [{"CapacityProvider": "machines"}]}},
            {"Provider machines": {}},
            {"Cluster main": {}},
            {"Association one": {"Cluster": cluster, "CapacityProviders": ["machines"]}},
        ])
    };
    let associated = |cluster: &str| {
        json!([
            {"Association it": {"Cluster": "main", "CapacityProviders": ["machines"]}},
            {"Service web": {"Cluster": cluster,
                "CapacityProviderStrategy": [{"CapacityProvider": "machines"}]}},
        ])
    };
    let logging = |policy: &str| {
        json!([
            {"Balancer it": {"LoadBalancerAttributes": [
                {"Key": "access_logs.s3.enabled", "Value": "true"},
                {"Key": "access_logs.s3.bucket", "Value": "logs"}]}},
            {"AWS::S3::Bucket logs": {}},
            {"AWS::S3::BucketPolicy policy": {"Bucket": policy}},
        ])
    };
    let protected = |value: &str| {
        json!([{"Balancer it": {"LoadBalancerAttributes": [
            {"Key": "deletion_protection.enabled", "Value": value}]}}])
    };
    let chained = |port: u16| {
        let listener = json!({"Listener listener": {"LoadBalancerArn": "inner", "Port": 80}});
        let group = json!({"TargetGroup group": {"Targets": [{"Id": "inner"}], "Port": port}});
        (listener, group, json!({"Balancer inner": {}}))
    };
    let (listener, other_port, inner) = chained(81);
    let (_, same_port, _) = chained(80);
    let mapped = |vpc: &str| json!([{"Attachment it": {"VpcId": "vpc"}}, {"Nat nat": {"SubnetId": "a"}}, {"Subnet a": {"VpcId": vpc}}]);
    let held = |balancer: &str| {
        json!([
            {"Listener it": {"LoadBalancerArn": "old", "DefaultActions": forwarding("group")}},
            {"TargetGroup group": {}},
            {"Listener other": {"LoadBalancerArn": balancer, "DefaultActions": forwarding("group")}},
        ])
    };
    let ruled = |balancer: &str| {
        json!([
            {"Rule it": {"ListenerArn": "one", "Actions": forwarding("group")}},
            {"TargetGroup group": {}},
            {"Listener one": {"LoadBalancerArn": "old"}},
            {"Listener two": {"LoadBalancerArn": balancer}},
            {"Rule other": {"ListenerArn": "two", "Actions": forwarding("group")}},
        ])
    };
    let keyed = |service: &str| {
        json!([
            {"AWS::Logs::LogGroup it": {"KmsKeyId": "key"}},
            {"AWS::KMS::Key key": {"KeyPolicy": {"Statement": [
                {"Effect": "Allow", "Principal": {"Service": service}, "Action": "kms:*"}]}}},
        ])
    };
    let firewall_log = |name: &str| {
        let arn = format!("arn:aws:logs:eu-west-1:111122223333:log-group:{name}:*");
        json!([{"AWS::WAFv2::LoggingConfiguration it": {"LogDestinationConfigs": [arn]}}])
    };
    let domains = |one: &str, other: &str| {
        json!([{"Certificate it": {"DomainValidationOptions": [
            {"DomainName": one}, {"DomainName": other}]}}])
    };
    let zones = |zone: &str| {
        json!([
            {"Balancer it": {"Subnets": ["a", "b"]}},
            {"Subnet a": {"AvailabilityZone": "1"}},
            {"Subnet b": {"AvailabilityZone": zone}},
        ])
    };
    vec![
        case(
            "service-target-group",
            json!([service, {"TargetGroup group": {}}, {"Rule other": {"Actions": forwarding("other")}}]),
            json!([service, {"TargetGroup group": {}}, {"Rule one": {"Actions": forwarding("group")}}]),
        ),
        case(
            "service-capacity-provider",
            provided("other"),
            provided("main"),
        ),
        case(
            "association-in-use",
            associated("main"),
            associated("other"),
        ),
        case(
            "load-balancer-log-bucket",
            logging("other"),
            logging("logs"),
        ),
        case("load-balancer-zones", zones("1"), zones("2")),
        case("load-balancer-gateway", balancer.0, balancer.1),
        case(
            "load-balancer-protected",
            protected("true"),
            protected("false"),
        ),
        case("nat-gateway-gateway", nat.0, nat.1),
        case("route-gateway", route.0, route.1),
        case(
            "target-group-balancer",
            json!([other_port, listener, inner]),
            json!([same_port, listener, inner]),
        ),
        case(
            "listener-port-of-target",
            json!([listener, same_port]),
            json!([listener, other_port]),
        ),
        case(
            "gateway-attachment-nat-gateways",
            mapped("vpc"),
            mapped("other"),
        ),
        case("listener-target-group", held("new"), held("old")),
        case("rule-target-group", ruled("new"), ruled("old")),
        case(
            "log-group-key",
            keyed("s3.amazonaws.com"),
            keyed("logs.eu-west-1.amazonaws.com"),
        ),
        case(
            "log-group-protected",
            json!([{"AWS::Logs::LogGroup it": {"DeletionProtectionEnabled": true}}]),
            json!([{"AWS::Logs::LogGroup it": {}}]),
        ),
        case(
            "firewall-log-destination",
            firewall_log("web"),
            firewall_log("aws-waf-logs-web"),
        ),
        case(
            "certificate-validation-records",
            domains("a.example", "*.a.example"),
            domains("a.example", "b.example"),
        ),
        assumed("function-role", "Function", "Role", "lambda.amazonaws.com"),
        assumed(
            "build-project-role",
            "AWS::CodeBuild::Project",
            "ServiceRole",
            "codebuild.amazonaws.com",
        ),
        assumed(
            "pipeline-role",
            "AWS::CodePipeline::Pipeline",
            "RoleArn",
            "codepipeline.amazonaws.com",
        ),
        assumed(
            "flow-log-role",
            "AWS::EC2::FlowLog",
            "DeliverLogsPermissionArn",
            "vpc-flow-logs.amazonaws.com",
        ),
        gone(
            "service-scaling-policy-target",
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            "ScalingTargetId",
        ),
        gone(
            "group-template",
            "Machines",
            "LaunchTemplate.LaunchTemplateId",
        ),
        gone(
            "custom-resource-function",
            "AWS::CloudFormation::CustomResource",
            "ServiceToken",
        ),
        gone(
            "pipeline-bucket",
            "AWS::CodePipeline::Pipeline",
            "ArtifactStore.Location",
        ),
        gone(
            "firewall-association-balancer",
            "FirewallAssociation",
            "ResourceArn",
        ),
        gone("topic-policy-topic", "AWS::SNS::TopicPolicy", "Topics"),
        used(
            "certificate-in-use",
            "Certificate",
            "Listener",
            "Certificates",
        ),
        used(
            "target-group-of-listener",
            "TargetGroup",
            "Listener",
            "DefaultActions",
        ),
        used("target-group-of-rule", "TargetGroup", "Rule", "Actions"),
        used(
            "firewall-associated",
            "Firewall",
            "FirewallAssociation",
            "WebACLArn",
        ),
        used(
            "capacity-provider-associated",
            "Provider",
            "Association",
            "CapacityProviders",
        ),
        used("cluster-services", "Cluster", "Service", "Cluster"),
        used(
            "policy-is-boundary",
            "Policy",
            "Role",
            "PermissionsBoundary",
        ),
        used("policy-attached", "Policy", "Role", "ManagedPolicyArns"),
        used("role-instance-profile", "Role", "Profile", "Roles"),
        used(
            "internet-gateway-attached",
            "Gateway",
            "Attachment",
            "InternetGatewayId",
        ),
        used(
            "route-table-associated",
            "Table",
            "TableAssociation",
            "RouteTableId",
        ),
        used(
            "security-group-of-load-balancer",
            "Group",
            "Balancer",
            "SecurityGroups",
        ),
        used(
            "security-group-of-service",
            "Group",
            "Service",
            "NetworkConfiguration",
        ),
        used(
            "security-group-of-function",
            "Group",
            "Function",
            "VpcConfig",
        ),
        used(
            "security-group-of-endpoint",
            "Group",
            "Endpoint",
            "SecurityGroupIds",
        ),
        used(
            "security-group-of-rule",
            "Group",
            "Ingress",
            "SourceSecurityGroupId",
        ),
        used(
            "security-group-of-inline-rule",
            "Group",
            "Group",
            "SecurityGroupIngress",
        ),
        used("subnet-of-nat-gateway", "Subnet", "Nat", "SubnetId"),
        used("subnet-of-load-balancer", "Subnet", "Balancer", "Subnets"),
        used(
            "subnet-of-addressed-load-balancer",
            "Subnet",
            "Balancer",
            "SubnetMappings",
        ),
        used("subnet-of-group", "Subnet", "Machines", "VPCZoneIdentifier"),
        used(
            "subnet-of-service",
            "Subnet",
            "Service",
            "NetworkConfiguration",
        ),
        used("subnet-of-function", "Subnet", "Function", "VpcConfig"),
        used("subnet-of-endpoint", "Subnet", "Endpoint", "SubnetIds"),
        used("vpc-subnets", "Vpc", "Subnet", "VpcId"),
        used("vpc-route-tables", "Vpc", "Table", "VpcId"),
        used("vpc-security-groups", "Vpc", "Group", "VpcId"),
        used("vpc-gateways", "Vpc", "Attachment", "VpcId"),
        used("vpc-endpoints", "Vpc", "Endpoint", "VpcId"),
    ]
}

fn refuses(row: &Row, resources: &Resources) -> bool {
    let thing = resources.thing(0);
    match &row.rule {
        Rule::MustExistFirst(need) => unmet(resources, &thing, need).is_some(),
        Rule::BlocksDeletion(block) => obstacle(resources, &thing, block).is_some(),
        Rule::OneHolder { .. } => !held_elsewhere(resources, &thing, row).is_empty(),
        _ => creation_refusal(resources, &thing).is_some_and(|(refusing, _)| refusing == row),
    }
}

/// A failure names the row.
#[test]
fn rows_refuse_what_they_say_and_nothing_else() {
    for Case {
        row: id,
        refused,
        passes,
    } in cases()
    {
        let row = rows().find(|row| row.id == id).unwrap();
        assert_eq!(read(&refused).0[0].0, row.resource_type, "{id}");
        assert!(refuses(row, &read(&refused)), "{id} lets {refused} pass");
        assert!(!refuses(row, &read(&passes)), "{id} refuses {passes}");
    }
}

/// Those that wait, or are about contents or time, are tested with the emulator, which has them.
#[test]
fn every_rule_with_a_form_has_a_case() {
    let cases: BTreeSet<&str> = cases().iter().map(|case| case.row).collect();
    for row in rows().filter(|row| row.rule.has_form()) {
        let elsewhere = match row.rule {
            Rule::NothingBlocks
            | Rule::UniqueBy(_)
            | Rule::AttachedOnce { .. }
            | Rule::SeenOnlyAfter(
                Lag::MadeAgain { .. } | Lag::NameStays { .. } | Lag::InWords(_),
            )
            | Rule::BlocksDeletion(
                Block::Holds { .. } | Block::AfterDeletionOf { .. } | Block::WaitsForHook { .. },
            ) => true,
            Rule::BlocksDeletion(_)
            | Rule::UniqueAmong { .. }
            | Rule::OneHolder { .. }
            | Rule::MustExistFirst(_) => false,
        };
        assert_ne!(elsewhere, cases.contains(row.id), "{}", row.id);
    }
}

/// What is not known is someone else's, and taken to be right.
#[test]
fn names_that_are_not_known_are_not_judged() {
    for row in rows() {
        let Rule::MustExistFirst(need) = &row.rule else {
            continue;
        };
        let Need::OneOf { others, .. } = need else {
            continue;
        };
        let Case { refused, .. } = cases().into_iter().find(|case| case.row == row.id).unwrap();
        let mut resources = read(&refused);
        let about = others[0].shares[0].names.unwrap();
        let own = resources.0[0].0;
        resources
            .0
            .retain(|(kind, ..)| *kind == own || *kind != about);
        assert!(!refuses(row, &resources), "{}", row.id);
    }
}

/// Each unique value is refused to a second resource, and a different one is not.
#[test]
fn unique_values_exclude_each_other() {
    for row in rows() {
        let Some((paths, _)) = row.rule.unique() else {
            continue;
        };
        let with = |last: &str| {
            let mut properties = json!({});
            for (index, path) in paths.iter().enumerate() {
                let value = if index + 1 == paths.len() { last } else { "a" };
                let pointer = format!("/{}", path.replace('.', "/"));
                let mut value = json!(value);
                for part in pointer.trim_start_matches('/').rsplit('/') {
                    value = json!({ part: value });
                }
                for (name, value) in value.as_object().unwrap() {
                    properties[name] = value.clone();
                }
            }
            let properties = properties.as_object().unwrap();
            unique_values(row.resource_type, properties)
                .find(|unique| unique.row == row)
                .map(|unique| (unique.key, unique.value))
        };
        let (key, value) = with("one").unwrap_or_else(|| panic!("{}", row.id));
        assert_eq!(with("one").unwrap().0, key, "{}", row.id);
        assert_ne!(with("two").unwrap().0, key, "{}", row.id);
        assert_eq!(value, "one", "{}", row.id);
    }
}

/// An address is taken by a NAT gateway and by a load balancer alike.
#[test]
fn attachments_of_one_slot_exclude_each_other_across_types() {
    let key = |kind: &str, properties: Value| {
        unique_values(kind, properties.as_object().unwrap())
            .map(|unique| unique.key)
            .next()
    };
    let gateway = key(
        "AWS::EC2::NatGateway",
        json!({"AllocationId": "eipalloc-1"}),
    );
    let mappings = json!({"SubnetMappings": [{"SubnetId": "a", "AllocationId": "eipalloc-1"}]});
    let balancer = key("AWS::ElasticLoadBalancingV2::LoadBalancer", mappings);
    assert!(gateway.is_some());
    assert_eq!(gateway, balancer);
}

/// A list takes a place with each of its items.
#[test]
fn a_gateway_endpoint_takes_each_of_its_route_tables() {
    let properties = json!({"ServiceName": "s3", "RouteTableIds": ["a", "b"]});
    let keys: Vec<String> = unique_values("AWS::EC2::VPCEndpoint", properties.as_object().unwrap())
        .map(|unique| unique.key)
        .collect();
    assert_eq!(keys.len(), 2);
}

#[test]
fn what_is_replaced_by_deletion_is_free_in_between() {
    assert!(is_deleted_first("AWS::EC2::VPCGatewayAttachment"));
    assert!(!is_deleted_first("AWS::EC2::NatGateway"));
}
