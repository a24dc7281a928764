//! The use of quotas by one template.

use std::collections::BTreeMap;

use super::Quota;
use crate::template::{Node, Template, TemplateResource};

const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// What a checked template takes of each quota; those that it takes nothing of are left out.
pub(crate) fn count(template: &Template) -> BTreeMap<Quota, usize> {
    let resources = |name: &'static str| {
        template
            .resources()
            .map(|(_, resource)| resource)
            .filter(move |resource| resource.facts.name == name)
    };
    let target_groups = resources(TARGET_GROUP).filter(|group| !is_of_the_front(group));
    let behind = target_groups.count();
    // A service's tasks are targets where the service has a target group.
    let targets: usize = resources("AWS::ApplicationAutoScaling::ScalableTarget")
        .filter(|_| behind > 0)
        .filter_map(|range| match range.properties.get("MaxCapacity") {
            Some(Node::Integer(most)) => usize::try_from(*most).ok(),
            _ => None,
        })
        .sum();
    [
        (Quota::Stacks, 1),
        // A checked template has its digest among them.
        (Quota::StackOutputs, template.outputs().count()),
        (Quota::Roles, resources("AWS::IAM::Role").count()),
        (
            Quota::ManagedPolicies,
            resources("AWS::IAM::ManagedPolicy").count(),
        ),
        (
            Quota::InstanceProfiles,
            resources("AWS::IAM::InstanceProfile").count(),
        ),
        (Quota::ElasticIps, resources("AWS::EC2::EIP").count()),
        (Quota::SecurityGroupRules, most_rules(template)),
        (
            Quota::ListenerRules,
            resources("AWS::ElasticLoadBalancingV2::ListenerRule").count(),
        ),
        (Quota::TargetGroups, behind),
        (Quota::Targets, targets),
        (
            Quota::Certificates,
            resources("AWS::ElasticLoadBalancingV2::ListenerCertificate").count(),
        ),
    ]
    .into_iter()
    .filter(|(_, used)| *used > 0)
    .collect()
}

/// A target group of the network load balancer in front, which holds the application load
/// balancer: it is none of the latter's.
fn is_of_the_front(group: &TemplateResource) -> bool {
    matches!(group.properties.get("TargetType"), Some(Node::String(kind)) if kind == "alb")
}

/// The rules of the group that has most in one direction: those inside of it, and those that are
/// resources of their own and name it.
fn most_rules(template: &Template) -> usize {
    let mut rules: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for (id, resource) in template.resources() {
        match resource.facts.name {
            "AWS::EC2::SecurityGroup" => {
                for direction in ["Ingress", "Egress"] {
                    let property = format!("SecurityGroup{direction}");
                    if let Some(Node::List(items)) = resource.properties.get(&property) {
                        let group = format!(r#"{{"Fn::GetAtt":["{id}","GroupId"]}}"#);
                        *rules.entry((direction, group)).or_default() += items.len();
                    }
                }
            }
            name => {
                let Some(direction) = name.strip_prefix("AWS::EC2::SecurityGroup") else {
                    continue;
                };
                if let Some(group) = resource.properties.get("GroupId") {
                    *rules.entry((direction, group.to_json())).or_default() += 1;
                }
            }
        }
    }
    rules.into_values().max().unwrap_or_default()
}
