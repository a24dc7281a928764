//! EC2 Auto Scaling, Application Auto Scaling, launch templates, Lambda, resources of CloudFormation.

use super::row;
use crate::row::{Block, Lag, Row, Rule, Source};

pub(super) const ROWS: &[Row] = &[
    row(
        "scalable-target-deletion",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "scalable-target-unique",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        Rule::UniqueBy(&["ServiceNamespace", "ScalableDimension", "ResourceId"]),
        &[Source::Schema],
    ),
    row(
        "scalable-target-service",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        Rule::MustExistFirst(
            "the service, and the service-linked role of application-autoscaling for ECS",
        ),
        &[Source::Unproved],
    ),
    row(
        "service-scaling-policy-deletion",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "service-scaling-policy-alarms",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        Rule::SeenOnlyAfter(Lag::InWords(
            "target tracking makes alarms of its own, with the rights of the caller",
        )),
        &[Source::Unproved],
    ),
    row(
        "group-draining-hook",
        "AWS::AutoScaling::AutoScalingGroup",
        Rule::BlocksDeletion(Block::WaitsForHook {
            hook: "ecs-managed-draining-termination-hook",
            resource_type: "AWS::ECS::CapacityProvider",
            property: "AutoScalingGroupProvider.AutoScalingGroupArn",
            setting: "AutoScalingGroupProvider.ManagedDraining",
            value: "ENABLED",
            minutes: 60,
        }),
        &[
            Source::Page(
                "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html",
            ),
            Source::Page(
                "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html",
            ),
            Source::Thread("aws/containers-roadmap#2467"),
            Source::Thread("aws/containers-roadmap#2685"),
        ],
    ),
    row(
        "group-unique",
        "AWS::AutoScaling::AutoScalingGroup",
        Rule::UniqueBy(&["AutoScalingGroupName"]),
        &[Source::Schema],
    ),
    row(
        "group-prerequisites",
        "AWS::AutoScaling::AutoScalingGroup",
        Rule::MustExistFirst(
            "the version of the launch template, the subnets, the service-linked role, and an instance \
             profile that EC2 knows of already",
        ),
        &[Source::Unproved],
    ),
    row(
        "machine-scaling-policy-deletion",
        "AWS::AutoScaling::ScalingPolicy",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "launch-template-deletion",
        "AWS::EC2::LaunchTemplate",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "launch-template-unique",
        "AWS::EC2::LaunchTemplate",
        Rule::UniqueBy(&["LaunchTemplateName"]),
        &[Source::Schema],
    ),
    row(
        "launch-template-versions-stay",
        "AWS::EC2::LaunchTemplate",
        Rule::SeenOnlyAfter(Lag::InWords(
            "a rollback doesn't remove the version that the update made: the latest version is not the \
             one that is used, and the next update rolls every machine",
        )),
        &[Source::Thread(
            "aws-cloudformation/cloudformation-coverage-roadmap#1912",
        )],
    ),
    row(
        "function-deletion",
        "AWS::Lambda::Function",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "function-unique",
        "AWS::Lambda::Function",
        Rule::UniqueBy(&["FunctionName"]),
        &[Source::Schema],
    ),
    row(
        "function-role",
        "AWS::Lambda::Function",
        Rule::MustExistFirst("a role that Lambda can assume already"),
        &[Source::Thread("awslabs/aws-ct-vpc-flowlogs#1")],
    )
    .saying("The role defined for the function cannot be assumed by Lambda."),
    row(
        "custom-resource-answer",
        "AWS::CloudFormation::CustomResource",
        Rule::BlocksDeletion(Block::InWords(
            "an answer that never comes, until `ServiceTimeout` (an hour) is over",
        )),
        &[Source::Page(
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html",
        )],
    ),
    row(
        "custom-resource-function",
        "AWS::CloudFormation::CustomResource",
        Rule::MustExistFirst("the function, and the policy of its role; both must outlive it"),
        &[Source::Unproved],
    ),
    row(
        "wait-condition-deletion",
        "AWS::CloudFormation::WaitCondition",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "wait-condition-signals",
        "AWS::CloudFormation::WaitCondition",
        Rule::SeenOnlyAfter(Lag::InWords(
            "a signal before its creation has begun, or after it has ended, is refused",
        )),
        &[
            Source::Thread("aws-cloudformation/aws-cloudformation-templates#34"),
            Source::Thread("aws/aws-parallelcluster#1356"),
        ],
    )
    .saying("Stack {id} is in CREATE_COMPLETE state and can not be signaled"),
];
