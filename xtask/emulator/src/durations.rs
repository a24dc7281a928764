//! Durations of resource operations.
//!
//! AWS publishes few durations. Public figures are cited; the others are estimates of the order
//! that people report. A seeded jitter of up to a quarter in either direction keeps two resources
//! of a type from finishing at the same moment.

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// The scale of durations, compared to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(pub u32);

impl Default for Percent {
    fn default() -> Self {
        Self(100)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Create,
    Update,
    Delete,
}

/// Seconds to create, to update and to delete a resource of a type.
///
/// - NAT gateway: deleting waits until its address is free, "a few minutes"
///   (<https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>).
/// - Load balancer: one to three minutes until it is active; estimate.
/// - Service: until its tasks are steady (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-create-loadbalancer-rolling.html>);
///   it drains as long as its target group's deregistration delay when it goes; estimate.
/// - Certificate: until the record for validation is found, "up to 30 minutes", usually a few minutes
///   (<https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html>).
/// - Role, policy and instance profile: 15 to 20 seconds, an instance profile two minutes: CloudFormation
///   waits for IAM to become consistent; estimate.
/// - Auto Scaling group: until its machines have signalled; estimate.
/// - Key: its alias can be used at once; deletion is scheduled at once.
const SECONDS: &[(&str, [u64; 3])] = &[
    ("AWS::ApplicationAutoScaling::ScalableTarget", [3, 3, 3]),
    ("AWS::AutoScaling::AutoScalingGroup", [150, 240, 180]),
    ("AWS::CertificateManager::Certificate", [180, 5, 5]),
    ("AWS::CloudFormation::CustomResource", [20, 20, 20]),
    ("AWS::CloudFormation::WaitConditionHandle", [1, 1, 1]),
    ("AWS::CodeBuild::Project", [8, 6, 4]),
    ("AWS::CodePipeline::Pipeline", [6, 6, 4]),
    ("AWS::EC2::EIP", [18, 5, 5]),
    ("AWS::EC2::InternetGateway", [18, 5, 5]),
    ("AWS::EC2::NatGateway", [105, 10, 60]),
    ("AWS::EC2::Route", [10, 10, 10]),
    ("AWS::EC2::RouteTable", [12, 5, 5]),
    ("AWS::EC2::SecurityGroup", [8, 5, 5]),
    ("AWS::EC2::Subnet", [6, 5, 5]),
    ("AWS::EC2::SubnetRouteTableAssociation", [8, 5, 5]),
    ("AWS::EC2::VPC", [14, 6, 5]),
    ("AWS::EC2::VPCEndpoint", [70, 30, 60]),
    ("AWS::EC2::VPCGatewayAttachment", [16, 5, 15]),
    ("AWS::ECS::Cluster", [8, 5, 8]),
    (
        "AWS::ECS::ClusterCapacityProviderAssociations",
        [25, 25, 25],
    ),
    ("AWS::ECS::Service", [150, 210, 100]),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", [150, 10, 15]),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", [12, 4, 4]),
    ("AWS::IAM::InstanceProfile", [125, 5, 3]),
    ("AWS::IAM::ManagedPolicy", [16, 6, 3]),
    ("AWS::IAM::Role", [18, 6, 3]),
    ("AWS::KMS::Key", [12, 6, 3]),
    ("AWS::Lambda::Function", [8, 10, 5]),
    ("AWS::Route53::RecordSet", [35, 35, 35]),
    ("AWS::S3::Bucket", [20, 8, 4]),
    ("AWS::SecretsManager::Secret", [6, 4, 4]),
    ("AWS::WAFv2::WebACL", [12, 8, 6]),
];

/// The seconds of types that are not in the table.
const OTHERS: [u64; 3] = [6, 5, 4];

/// The milliseconds that work on a resource takes.
pub(crate) fn handler_duration(kind: &str, work: Work, pace: Percent, random: Random) -> u64 {
    let [create, update, delete] = SECONDS
        .iter()
        .find(|(name, _)| *name == kind)
        .map_or(OTHERS, |(_, seconds)| *seconds);
    let seconds = match work {
        Work::Create => create,
        Work::Update => update,
        Work::Delete => delete,
    };
    jittered(seconds * 1000, pace, random)
}

/// A duration in milliseconds with jitter, scaled.
pub(crate) fn jittered(milliseconds: u64, pace: Percent, random: Random) -> u64 {
    let jittered = milliseconds * (750 + random.below(501)) / 1000;
    (jittered * u64::from(pace.0) / 100).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_types_are_known() {
        assert!(SECONDS.is_sorted_by(|(one, _), (other, _)| one < other));
        for (kind, _) in SECONDS {
            assert!(
                crate::resource_type::ResourceType::named(kind).is_some(),
                "{kind}"
            );
        }
    }

    #[test]
    fn durations_stay_near_the_table() {
        for seed in 0..100 {
            let random = Random::new(seed);
            let length = handler_duration("AWS::EC2::VPC", Work::Create, Percent(100), random);
            assert!((10_500..=17_500).contains(&length), "{length}");
        }
    }
}
