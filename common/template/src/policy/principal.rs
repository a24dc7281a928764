//! The principal of a statement in a resource or trust policy.

use std::collections::BTreeMap;

use crate::{IntoNode, Node, Value, sub};

/// Whom a statement of a resource's policy or a trust policy allows or denies.
#[derive(Clone, Debug, PartialEq)]
pub enum Principal {
    /// An AWS service, which acts for its users.
    Service(ServicePrincipal),
    /// An account, a role or a user, by ARN.
    Aws(Value<String>),
    /// Who an identity provider of the account vouches for, by the provider's ARN.
    Federated(Value<String>),
    /// Everybody. For denials; an allowance of everybody needs a condition that isn't.
    Everybody,
}

impl Principal {
    /// The account that the stack is in: its IAM policies decide.
    #[must_use]
    pub fn this_account() -> Self {
        Self::Aws(sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root").value())
    }

    pub(super) fn written(principals: Vec<Self>, one_or_many: fn(Vec<Node>) -> Node) -> Node {
        let mut kinds: BTreeMap<String, Vec<Node>> = BTreeMap::new();
        for principal in principals {
            let (kind, node) = match principal {
                Self::Service(service) => ("Service", service.into_node()),
                Self::Aws(arn) => ("AWS", arn.into_node()),
                Self::Federated(arn) => ("Federated", arn.into_node()),
                Self::Everybody => return Node::String("*".to_owned()),
            };
            kinds.entry(kind.to_owned()).or_default().push(node);
        }
        Node::Object(
            kinds
                .into_iter()
                .map(|(kind, nodes)| (kind, one_or_many(nodes)))
                .collect(),
        )
    }
}

macro_rules! services {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// The AWS services that policies here name; a misspelt one would be accepted by IAM's
        /// grammar and match no principal.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum ServicePrincipal {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
            /// CloudWatch Logs of a region, as key policies want it.
            Logs {
                /// The region in the service's name, `eu-west-1`.
                region: String,
            },
        }

        impl IntoNode for ServicePrincipal {
            fn into_node(self) -> Node {
                match self {
                    $(Self::$variant => $name.into_node(),)*
                    Self::Logs { region } => Node::String(format!("logs.{region}.amazonaws.com")),
                }
            }
        }
    };
}

services! {
    ApplicationAutoScaling "application-autoscaling.amazonaws.com",
    AutoScaling "autoscaling.amazonaws.com",
    Budgets "budgets.amazonaws.com",
    CloudFormation "cloudformation.amazonaws.com",
    CloudWatch "cloudwatch.amazonaws.com",
    CodeBuild "codebuild.amazonaws.com",
    CodePipeline "codepipeline.amazonaws.com",
    Ec2 "ec2.amazonaws.com",
    Ecr "ecr.amazonaws.com",
    Ecs "ecs.amazonaws.com",
    EcsTasks "ecs-tasks.amazonaws.com",
    Events "events.amazonaws.com",
    Lambda "lambda.amazonaws.com",
    LoadBalancerLogs "logdelivery.elasticloadbalancing.amazonaws.com",
    Sns "sns.amazonaws.com",
    Ssm "ssm.amazonaws.com",
    VpcFlowLogs "vpc-flow-logs.amazonaws.com",
}
