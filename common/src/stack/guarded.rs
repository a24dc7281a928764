//! The resource types whose replacement or deletion interrupts service.

/// Types that hold no data (what does is retained) but that everything else stands on.
const GUARDED: [&str; 10] = [
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Route53::RecordSet",
];

/// Whether replacing or deleting a resource of this type interrupts service.
#[must_use]
pub fn is_guarded(resource_type: &str) -> bool {
    GUARDED.contains(&resource_type)
}
