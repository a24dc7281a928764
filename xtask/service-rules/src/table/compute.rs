//! EC2 Auto Scaling, Application Auto Scaling, launch templates, Lambda, resources of CloudFormation.

use super::{row, words};
use crate::row::{Block, Lag, Need, Row, Rule, Source};

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
        Rule::MustExistFirst(Need::InWords(words("the service that `ResourceId` is made of", "the id is put together from the names of cluster and service; what refers to \
             them waits for them"))),
        &[Source::Code("hashicorp/terraform-provider-aws internal/service/appautoscaling/target.go"),
            Source::Page("https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html")],
    )
    .saying("ECS service doesn't exist: {id}"),
    row(
        "service-scaling-policy-deletion",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "service-scaling-policy-target",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        Rule::MustExistFirst(Need::Exists { property: "ScalingTargetId", resource_type: "AWS::ApplicationAutoScaling::ScalableTarget" }),
        &[Source::Thread("cloudposse/terraform-aws-ecs-cloudwatch-autoscaling#36")],
    )
    .saying("No scalable target registered for {id}"),
    row(
        "service-scaling-policy-alarms",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        Rule::SeenOnlyAfter(Lag::InWords(words("target tracking makes alarms of its own, with the rights of the caller", "the alarms are in no template, and nothing here names them"))),
        &[Source::Page("https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html")],
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
        "group-template",
        "AWS::AutoScaling::AutoScalingGroup",
        Rule::MustExistFirst(Need::Exists { property: "LaunchTemplate.LaunchTemplateId", resource_type: "AWS::EC2::LaunchTemplate" }),
        &[Source::Page("https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html")],
    )
    .saying("You must use a valid fully-formed launch template. The specified launch \
             template, with template ID {id}, does not exist."),
    row(
        "group-prerequisites",
        "AWS::AutoScaling::AutoScalingGroup",
        Rule::MustExistFirst(Need::InWords(words("the service-linked role, and an instance profile that EC2 knows of already", "it is a matter of seconds: CloudFormation waits after the profile"))),
        &[Source::Page("https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html"),
            Source::Code("go-to-k/cdkd retryable-errors.ts")],
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
        Rule::SeenOnlyAfter(Lag::InWords(words("a rollback doesn't remove the version that the update made: the latest version \
             is not the one that is used, and the next update rolls every machine", "the emulator counts versions instead"))),
        &[Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#1912")],
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
        Rule::MustExistFirst(Need::Admits { property: "Role", resource_type: "AWS::IAM::Role", document: "AssumeRolePolicyDocument", service: "lambda.amazonaws.com" }),
        &[Source::Thread("awslabs/aws-ct-vpc-flowlogs#1"),
            Source::Page("https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html")],
    )
    .saying("The role defined for the function cannot be assumed by Lambda."),
    row(
        "custom-resource-answer",
        "AWS::CloudFormation::CustomResource",
        Rule::BlocksDeletion(Block::InWords(words("an answer that never comes, until `ServiceTimeout` (an hour) is over", "what a function answers is in its code"))),
        &[Source::Page("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html")],
    ),
    row(
        "custom-resource-function",
        "AWS::CloudFormation::CustomResource",
        Rule::MustExistFirst(Need::Exists { property: "ServiceToken", resource_type: "AWS::Lambda::Function" }),
        &[Source::Page("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html")],
    )
    .saying("Function not found: {id}"),
    row(
        "custom-resource-policy",
        "AWS::CloudFormation::CustomResource",
        Rule::MustExistFirst(Need::InWords(words("the policy of the function's role; it has to outlive it, too", "the order of a policy and a custom resource is one of `DependsOn`, and which \
             calls the code makes is not known"))),
        &[Source::Thread("aws/aws-cdk#9840"),
            Source::Thread("aws/aws-cdk#5336")],
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
        Rule::SeenOnlyAfter(Lag::InWords(words("a signal before its creation has begun, or after it has ended, is refused", "it is about a call, SignalResource, and no resource"))),
        &[Source::Thread("aws-cloudformation/aws-cloudformation-templates#34"),
            Source::Thread("aws/aws-parallelcluster#1356")],
    )
    .saying("Stack {id} is in CREATE_COMPLETE state and can not be signaled"),
];
