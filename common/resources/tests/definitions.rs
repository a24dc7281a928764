//! How generated types read, and what they come to.

#![expect(clippy::unwrap_used, reason = "the helpers of a test")]

use common_resources::ecs::service::{LoadBalancer, ServiceSchedulingStrategy};
use common_resources::ecs::task_definition::{ContainerDefinition, TaskDefinitionNetworkMode};
use common_resources::elasticloadbalancingv2::listener_rule::{
    Action, ActionType, HostHeaderConfig, RuleCondition,
};
use common_resources::kinds::{CertificateArn, ClusterName, RoleArn};
use common_resources::sns::TopicPolicy;
use common_resources::{Handle, TYPES, Tag, cloudwatch, ec2, ecs, elasticloadbalancingv2, kms, s3};
use common_template::policy::PolicyDocument;
use common_template::{IntoNode, LogicalId, Node, Properties, Resource, TagShape, Value};

fn handle<R>(id: &str) -> Handle<R> {
    Handle::from(LogicalId::new(id).unwrap())
}

fn json(properties: Properties) -> serde_json::Value {
    serde_json::from_str(&properties.into_node().to_json()).unwrap()
}

#[test]
fn a_subnet_reads_as_in_a_template() {
    let vpc: Handle<ec2::Vpc> = handle("Vpc");
    let subnet = ec2::Subnet::new(vpc.reference())
        .cidr_block("10.0.0.0/24")
        .map_public_ip_on_launch(false)
        .tags([Tag::new("Name", "public-a")]);
    let expected = serde_json::json!({
        "CidrBlock": "10.0.0.0/24",
        "MapPublicIpOnLaunch": false,
        "Tags": [{"Key": "Name", "Value": "public-a"}],
        "VpcId": {"Ref": "Vpc"},
    });
    assert_eq!(json(subnet.into_properties()), expected);
}

#[test]
fn nested_types_enumerations_and_attributes() {
    let group: Handle<elasticloadbalancingv2::TargetGroup> = handle("TargetGroup");
    let cluster = Value::<ClusterName>::trusted("lemonade");
    let service = ecs::Service::new()
        .cluster(&cluster)
        .scheduling_strategy(ServiceSchedulingStrategy::Replica)
        .load_balancers([LoadBalancer::new()
            .container_name("web")
            .container_port(8080)
            .target_group_arn(group.attr_target_group_arn())]);
    let expected = serde_json::json!({
        "Cluster": "lemonade",
        "LoadBalancers": [{
            "ContainerName": "web",
            "ContainerPort": 8080,
            "TargetGroupArn": {"Fn::GetAtt": ["TargetGroup", "TargetGroupArn"]},
        }],
        "SchedulingStrategy": "REPLICA",
    });
    assert_eq!(json(service.into_properties()), expected);
}

#[test]
fn a_task_definition() {
    let task = ecs::TaskDefinition::new()
        .network_mode(TaskDefinitionNetworkMode::Bridge)
        .task_role_arn(Value::<RoleArn>::trusted(
            "arn:aws:iam::111111111111:role/web",
        ))
        .container_definitions([ContainerDefinition::new("web", "image").memory(512)]);
    let expected = serde_json::json!({
        "ContainerDefinitions": [{"Image": "image", "Memory": 512, "Name": "web"}],
        "NetworkMode": "bridge",
        "TaskRoleArn": "arn:aws:iam::111111111111:role/web",
    });
    assert_eq!(json(task.into_properties()), expected);
}

#[test]
fn a_rule_takes_what_it_must_have() {
    let group: Handle<elasticloadbalancingv2::TargetGroup> = handle("TargetGroup");
    let listener: Handle<elasticloadbalancingv2::Listener> = handle("Listener");
    let rule = elasticloadbalancingv2::ListenerRule::new(
        [Action::new(ActionType::Forward).target_group_arn(group.reference())],
        [RuleCondition::new()
            .field("host-header")
            .host_header_config(HostHeaderConfig::new().values(["lemonade.example"]))],
        10,
    )
    .listener_arn(listener.reference());
    let properties = rule.into_properties();
    assert_eq!(properties.get("Priority"), Some(&Node::Integer(10)));
}

#[test]
fn any_kind_of_key_will_do() {
    let key: Handle<kms::Key> = handle("Key");
    let by_arn = s3::bucket::ServerSideEncryptionByDefault::new(
        s3::bucket::ServerSideEncryptionByDefaultSseAlgorithm::AwsKms,
    )
    .kms_master_key_id(key.attr_arn());
    let by_id = by_arn.clone().kms_master_key_id(key.reference());
    assert_ne!(by_arn, by_id);
}

#[test]
fn policies_are_documents() {
    let topic: Handle<common_resources::sns::Topic> = handle("Topic");
    let policy = TopicPolicy::new(PolicyDocument::new(), [topic.reference()]);
    assert!(policy.into_properties().get("PolicyDocument").is_some());
}

#[test]
fn certificates_have_one_kind() {
    let certificate: Handle<common_resources::certificatemanager::Certificate> = handle("C");
    let reference: Value<CertificateArn> = certificate.reference();
    let _ = elasticloadbalancingv2::listener::Certificate::new().certificate_arn(reference);
}

#[test]
fn custom_resources_take_and_return_anything() {
    let provider: Handle<common_resources::lambda::Function> = handle("Provider");
    let custom = common_resources::cloudformation::CustomResource::new(provider.attr_arn())
        .property("Question", Value::<String>::from("why"));
    assert!(custom.into_properties().get("Question").is_some());
    let custom: Handle<common_resources::cloudformation::CustomResource> = handle("Custom");
    let _: Value<String> = custom.attr("Answer");
}

#[test]
fn the_registry_is_sorted_and_complete() {
    assert!(TYPES.windows(2).all(|pair| pair[0].name < pair[1].name));
    for facts in TYPES {
        let found = common_resources::type_facts(facts.name).unwrap();
        assert_eq!(found.name, facts.name);
        assert!(
            facts
                .required
                .iter()
                .all(|name| facts.properties.contains(name))
        );
    }
    assert!(common_resources::type_facts("AWS::EC2::Vpc").is_none());
}

#[test]
fn facts_of_some_types() {
    let vpc = ec2::Vpc::FACTS;
    assert_eq!(vpc.name, "AWS::EC2::VPC");
    assert_eq!(vpc.reference, "VpcId");
    assert_eq!(vpc.tags, Some(TagShape::List("Tags")));
    assert!(!vpc.stateful);
    assert!(vpc.permissions.create.contains(&"ec2:CreateVpc"));

    let repository = common_resources::ecr::Repository::FACTS;
    assert!(repository.stateful);
    assert!(repository.create_only.contains(&"EncryptionConfiguration"));

    assert_eq!(ec2::Eip::FACTS.reference, "PublicIp");
    assert_eq!(ecs::Service::FACTS.reference, "ServiceArn");
    assert_eq!(cloudwatch::Alarm::FACTS.reference, "AlarmName");
    let group = common_resources::autoscaling::AutoScalingGroup::FACTS;
    assert_eq!(group.tags, Some(TagShape::Propagated("Tags")));
    let parameter = common_resources::ssm::Parameter::FACTS;
    assert_eq!(parameter.tags, Some(TagShape::Map("Tags")));
}
