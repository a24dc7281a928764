//! The AWS managed policies that roles here attach.

use crate::{Kind, Value, sub};

/// An AWS managed policy. A misspelt ARN fails only when it is deployed, so it can't be spelt.
///
/// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagedPolicy {
    /// A machine registers with Systems Manager and is managed by it.
    SsmManagedInstanceCore,
    /// A machine's CloudWatch agent publishes metrics and logs.
    CloudWatchAgentServer,
    /// A machine joins ECS clusters.
    EcsContainerInstance,
}

impl ManagedPolicy {
    /// Every AWS managed policy that may be attached.
    pub const ALL: [Self; 3] = [
        Self::SsmManagedInstanceCore,
        Self::CloudWatchAgentServer,
        Self::EcsContainerInstance,
    ];

    /// The ARN, in AWS's own account.
    #[must_use]
    pub fn arn<K: Kind>(self) -> Value<K> {
        let name = match self {
            Self::SsmManagedInstanceCore => "AmazonSSMManagedInstanceCore",
            Self::CloudWatchAgentServer => "CloudWatchAgentServerPolicy",
            Self::EcsContainerInstance => "service-role/AmazonEC2ContainerServiceforEC2Role",
        };
        sub(format!("arn:${{AWS::Partition}}:iam::aws:policy/{name}")).value()
    }
}
