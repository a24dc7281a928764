//! The quotas, with what AWS writes of each.

use serde::{Deserialize, Serialize};

use crate::template::check::limits::OUTPUTS;

/// A quota of AWS's that an environment could outgrow. Those of a load balancer are of the one
/// that every application shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Quota {
    /// Stacks of an account in a region.
    Stacks,
    /// Outputs of one stack, which every export is one of; the stack with most counts.
    StackOutputs,
    /// IAM roles of an account.
    Roles,
    /// Customer managed policies of an account.
    ManagedPolicies,
    /// Instance profiles of an account.
    InstanceProfiles,
    /// Elastic IP addresses of an account in a region.
    ElasticIps,
    /// Rules of one security group in one direction; the group with most counts.
    SecurityGroupRules,
    /// Rules of the load balancer, default rules not among them.
    ListenerRules,
    /// Target groups of the load balancer.
    TargetGroups,
    /// Targets of the load balancer, each task of an application being one.
    Targets,
    /// Certificates of the load balancer, the listener's default not among them.
    Certificates,
}

const CLOUDFORMATION: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html";
const IAM: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const LOAD_BALANCER: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";

impl Quota {
    /// Every quota, in the order of reports.
    pub const ALL: [Self; 11] = [
        Self::Stacks,
        Self::StackOutputs,
        Self::Roles,
        Self::ManagedPolicies,
        Self::InstanceProfiles,
        Self::ElasticIps,
        Self::SecurityGroupRules,
        Self::ListenerRules,
        Self::TargetGroups,
        Self::Targets,
        Self::Certificates,
    ];

    /// What is counted, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Stacks => "stacks",
            Self::StackOutputs => "exports and outputs of a stack",
            Self::Roles => "roles",
            Self::ManagedPolicies => "managed policies",
            Self::InstanceProfiles => "instance profiles",
            Self::ElasticIps => "Elastic IPs",
            Self::SecurityGroupRules => "rules of a security group",
            Self::ListenerRules => "listener rules",
            Self::TargetGroups => "target groups",
            Self::Targets => "targets",
            Self::Certificates => "own certificates",
        }
    }

    /// How many an account has that never asked for more.
    #[must_use]
    pub const fn default(self) -> usize {
        match self {
            Self::Stacks => 2_000,
            Self::StackOutputs => OUTPUTS,
            Self::ManagedPolicies => 1_500,
            Self::Roles | Self::InstanceProfiles | Self::Targets => 1_000,
            Self::ElasticIps => 5,
            Self::SecurityGroupRules => 60,
            Self::ListenerRules | Self::TargetGroups => 100,
            Self::Certificates => 25,
        }
    }

    /// Whether AWS raises it when asked.
    #[must_use]
    pub const fn adjustable(self) -> bool {
        !matches!(self, Self::StackOutputs | Self::TargetGroups)
    }

    /// The page that says so.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Stacks | Self::StackOutputs => CLOUDFORMATION,
            Self::Roles | Self::ManagedPolicies | Self::InstanceProfiles => IAM,
            Self::ElasticIps | Self::SecurityGroupRules => VPC,
            Self::ListenerRules | Self::TargetGroups | Self::Targets | Self::Certificates => {
                LOAD_BALANCER
            }
        }
    }

    /// What to do about it when it is used up.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::StackOutputs => "export fewer values, or divide the stack",
            Self::TargetGroups => {
                "an application without ingress takes no target group; more need a second load \
                 balancer"
            }
            _ => "ask AWS for more in the account's Service Quotas before deploying",
        }
    }

    /// How the stacks of an environment take of it together: the sum of all, or what the greatest
    /// takes, where every stack or group has a quota of its own.
    pub(super) const fn each_for_itself(self) -> bool {
        matches!(self, Self::StackOutputs | Self::SecurityGroupRules)
    }
}
