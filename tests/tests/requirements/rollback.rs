//! A first creation that fails can be rolled back, and a deletion ends: nothing that is created stands
//! in the way of its own removal.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::{Resource, Synthesis, synthesized};

const LOAD_BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";

fn stacks_with<'a>(synthesis: &'a Synthesis, kind: &str) -> BTreeSet<&'a str> {
    let found = synthesis.of_type(kind).map(|resource| resource.place.stack);
    found.collect()
}

/// Elastic Load Balancing deletes no protected load balancer, not even for CloudFormation.
#[test]
fn load_balancers_can_be_deleted() {
    for synthesis in synthesized() {
        assert!(synthesis.of_type(LOAD_BALANCER).count() > 0);
        for balancer in synthesis.of_type(LOAD_BALANCER) {
            let attributes = balancer.property("LoadBalancerAttributes");
            let protection = attributes
                .as_array()
                .into_iter()
                .flatten()
                .find(|attribute| {
                    attribute["Key"] == "deletion_protection.enabled"
                        && attribute["Value"] == "true"
                });
            assert_eq!(protection, None, "{:?}", balancer.place);
        }
    }
}

/// What a load balancer holds on to for minutes, or writes into at once, is not in its stack.
#[test]
fn what_outlives_a_load_balancer_is_in_another_stack() {
    for synthesis in synthesized() {
        let balancers = stacks_with(synthesis, LOAD_BALANCER);
        for kind in ["AWS::EC2::EIP", "AWS::S3::Bucket"] {
            let shared: Vec<_> = stacks_with(synthesis, kind)
                .intersection(&balancers)
                .copied()
                .collect();
            assert_eq!(shared, Vec::<&str>::new(), "{kind}");
        }
    }
}

/// A name and its wildcard have one validation record, and Route 53 refuses to make it twice.
#[test]
fn no_certificate_asks_twice_for_one_validation_record() {
    for synthesis in synthesized() {
        for certificate in synthesis.of_type("AWS::CertificateManager::Certificate") {
            let options = certificate.property("DomainValidationOptions");
            let names: Vec<&str> = options
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|option| option["DomainName"].as_str())
                .map(|name| name.trim_start_matches("*."))
                .collect();
            let distinct: BTreeSet<&str> = names.iter().copied().collect();
            assert!(!names.is_empty(), "{:?}", certificate.place);
            assert_eq!(names.len(), distinct.len(), "{:?}", certificate.place);
        }
    }
}

fn depends_on(resource: &Resource<'_>, id: &str) -> bool {
    let named = match &resource.json["DependsOn"] {
        Value::Array(ids) => ids.iter().any(|other| other == id),
        other => other == id,
    };
    named
        || Synthesis::values(resource)
            .iter()
            .any(|value| value["Ref"] == id)
}

/// CloudFormation deletes what depends on a resource before it: the provider, then what takes its
/// hook away, then the group. The same order holds in a rollback.
#[test]
fn the_draining_hook_is_taken_away_between_provider_and_group() {
    for synthesis in synthesized() {
        for provider in synthesis.of_type("AWS::ECS::CapacityProvider") {
            let draining = provider.property("AutoScalingGroupProvider/ManagedDraining");
            assert_eq!(draining, "ENABLED");
            let in_stack = |kind: &'static str| {
                synthesis
                    .of_type(kind)
                    .find(|resource| resource.place.stack == provider.place.stack)
                    .unwrap_or_else(|| panic!("{kind} next to {:?}", provider.place))
            };
            let group = in_stack("AWS::AutoScaling::AutoScalingGroup");
            let remover = synthesis
                .of_type("AWS::CloudFormation::CustomResource")
                .find(|resource| !resource.property("AutoScalingGroupName").is_null())
                .expect("something takes the hook away");
            assert!(depends_on(&remover, group.place.id));
            assert!(depends_on(&provider, remover.place.id));
        }
    }
}

/// A launch template whose content changed under its name would keep the version of a failed roll.
#[test]
fn what_machines_are_launched_from_is_replaced_and_never_versioned() {
    for synthesis in synthesized() {
        for group in synthesis.of_type("AWS::AutoScaling::AutoScalingGroup") {
            let version = group.property("LaunchTemplate/Version");
            assert_eq!(version, "1", "{:?}", group.place);
        }
        let mut other = synthesis.environment.clone();
        other.retention.images += 1;
        let same = tests::synthesize(&other);
        other.cluster.image = "ami-00000000000000000".parse().unwrap();
        let changed = tests::synthesize(&other);
        let name = |synthesis: &Synthesis| {
            let template = synthesis.of_type("AWS::EC2::LaunchTemplate").next();
            let template = template.expect("there are machines");
            template.property("LaunchTemplateName").clone()
        };
        assert_eq!(name(synthesis), name(&same));
        assert_ne!(name(synthesis), name(&changed));
    }
}

/// ECS makes the log group of Container Insights again after its deletion, and preferences of
/// sessions outlive their stack: what they write to has to be there, and importable.
#[test]
fn log_groups_that_others_write_to_are_kept_everywhere() {
    for synthesis in synthesized() {
        let kept: Vec<&str> = synthesis
            .of_type("AWS::Logs::LogGroup")
            .filter(|group| {
                let name = group.property("LogGroupName").as_str().unwrap_or_default();
                name.starts_with("/aws/") || name.ends_with("/sessions")
            })
            .map(|group| {
                assert_eq!(
                    group.json["DeletionPolicy"], "RetainExceptOnCreate",
                    "{:?}",
                    group.place
                );
                group.place.id
            })
            .collect();
        assert_eq!(kept.len(), 2, "{kept:?}");
    }
}
