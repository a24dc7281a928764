//! AWS managed policies that roles of the templates have, as the reference lists their actions. All
//! resources are allowed. A role with another AWS managed policy is refused.
//!
//! Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>

use cloudformation::iam::{Effect, Element};

use super::document::{Document, Statement};

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerServiceforEC2Role.html>
const CONTAINER_INSTANCE: &[&str] = &[
    "ec2:DescribeTags",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecs:CreateCluster",
    "ecs:DeregisterContainerInstance",
    "ecs:DiscoverPollEndpoint",
    "ecs:ListTagsForResource",
    "ecs:Poll",
    "ecs:RegisterContainerInstance",
    "ecs:StartTelemetrySession",
    "ecs:Submit*",
    "ecs:UpdateContainerInstancesState",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html>
const MANAGED_INSTANCE: &[&str] = &[
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
    "ssm:DescribeAssociation",
    "ssm:DescribeDocument",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:GetManifest",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/CloudWatchAgentServerPolicy.html>
///
/// It also allows reading parameters `AmazonCloudWatch-*`, which `AmazonSSMManagedInstanceCore`
/// allows anyway.
const METRICS_AGENT: &[&str] = &[
    "cloudwatch:PutMetricData",
    "ec2:DescribeTags",
    "ec2:DescribeVolumes",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:PutRetentionPolicy",
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

pub(super) fn policy(arn: &str) -> Option<(&str, Document)> {
    let name = arn
        .strip_prefix("arn:aws:iam::aws:policy/")?
        .rsplit('/')
        .next()?;
    let actions = match name {
        "AmazonEC2ContainerServiceforEC2Role" => CONTAINER_INSTANCE,
        "AmazonSSMManagedInstanceCore" => MANAGED_INSTANCE,
        "CloudWatchAgentServerPolicy" => METRICS_AGENT,
        _ => return None,
    };
    let actions_as_written: Vec<String> = actions.iter().map(|&action| action.to_owned()).collect();
    let lower = actions_as_written
        .iter()
        .map(|action| action.to_ascii_lowercase())
        .collect();
    let statement = Statement {
        sid: None,
        effect: Effect::Allow,
        actions: Element::AnyOf(lower),
        actions_as_written,
        resources: Some(Element::AnyOf(vec!["*".to_owned()])),
        principal: None,
        conditions: Vec::new(),
    };
    let document = Document {
        statements: vec![statement],
    };
    Some((name, document))
}
