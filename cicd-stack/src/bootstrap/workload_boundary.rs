//! The workload boundary: the maximum permissions of the roles that the definition creates for machines,
//! containers and functions.
//!
//! A boundary grants nothing; it caps what a role's own policies grant. A role that may change roles
//! therefore can't create one that reaches further than this: no IAM, no other environment's
//! secrets, no writing of anything but logs, metrics and what Systems Manager needs; and of the cluster's
//! machines only the hook that holds them.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>

use common::environment::Environment;
use common::resources::{Handle, iam};
use common::template::policy::{PolicyDocument, Statement};
use common::template::{Template, pseudo, sub};

/// The machines as members of the cluster (`AmazonEC2ContainerServiceforEC2Role`).
const CLUSTER: [&str; 12] = [
    "ecs:DeregisterContainerInstance",
    "ecs:DescribeClusters",
    "ecs:DiscoverPollEndpoint",
    "ecs:ListTagsForResource",
    "ecs:Poll",
    "ecs:RegisterContainerInstance",
    "ecs:StartTelemetrySession",
    "ecs:SubmitAttachmentStateChanges",
    "ecs:SubmitContainerStateChange",
    "ecs:SubmitTaskStateChange",
    "ecs:TagResource",
    "ecs:UpdateContainerInstancesState",
];

/// The machines' management by Systems Manager (`AmazonSSMManagedInstanceCore`).
const MANAGEMENT: [&str; 23] = [
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

/// Metrics, logs and alarms (`CloudWatchAgentServerPolicy`, flow logs, containers).
const OBSERVABILITY: [&str; 9] = [
    "autoscaling:DescribeLifecycleHooks",
    "cloudwatch:PutMetricData",
    "ec2:DescribeTags",
    "ec2:DescribeVolumes",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "sns:Publish",
];

const IMAGES: [&str; 4] = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
];

/// Closing the default security group.
const SECURITY_GROUPS: [&str; 3] = [
    "ec2:DescribeSecurityGroupRules",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
];

/// Removing the draining hook from the cluster's group, and no other, once ECS no longer completes it.
const HOOKS: [&str; 1] = ["autoscaling:DeleteLifecycleHook"];

/// Adds the boundary, under the name that every role refers to it by.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
) -> Handle<iam::ManagedPolicy> {
    let everything = "a boundary caps the roles' own policies, which name resources";
    let parameters = [
        // Only the machines' configuration: Systems Manager would decrypt another owner's secure parameter
        // itself.
        sub(format!(
            "arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter/{}",
            environment.names().agent_configuration(),
        )),
        sub("arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/service/*"),
    ];
    let secrets = sub(format!(
        "arn:${{AWS::Partition}}:secretsmanager:${{AWS::Region}}:${{AWS::AccountId}}:secret:{}*",
        environment.names().secret_prefix(),
    ));
    let group = sub(format!(
        "arn:${{AWS::Partition}}:autoscaling:${{AWS::Region}}:${{AWS::AccountId}}:\
         autoScalingGroup:*:autoScalingGroupName/{}",
        environment.names().machines(),
    ));
    let document = PolicyDocument::new()
        .with(
            Statement::allow(CLUSTER)
                .sid("Cluster")
                .on_everything(everything),
        )
        .with(
            Statement::allow(MANAGEMENT)
                .sid("Management")
                .on_everything(everything),
        )
        .with(
            Statement::allow(["ssm:GetParameter", "ssm:GetParameters"])
                .sid("Configuration")
                .on_each(parameters),
        )
        .with(
            Statement::allow(OBSERVABILITY)
                .sid("Observability")
                .on_everything(everything),
        )
        .with(
            Statement::allow(IMAGES)
                .sid("Images")
                .on_everything(everything),
        )
        .with(
            Statement::allow(SECURITY_GROUPS)
                .sid("SecurityGroups")
                .on_everything(everything),
        )
        .with(Statement::allow(HOOKS).sid("LifecycleHooks").on(group))
        .with(
            Statement::allow(["secretsmanager:GetSecretValue"])
                .sid("OwnSecrets")
                .on(secrets),
        )
        .with(
            Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"])
                .sid("KeysOfThisAccount")
                .on_everything(everything)
                .when("StringEquals", "aws:ResourceAccount", pseudo::account_id()),
        );
    template.add(
        "WorkloadBoundary",
        iam::ManagedPolicy::new(document)
            .managed_policy_name(environment.names().workload_boundary())
            .path(environment.names().bootstrap_path()),
    )
}
