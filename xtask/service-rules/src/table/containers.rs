//! ECS and ECR.

use super::row;
use crate::row::{Block, Lag, Row, Rule, Source};

pub(super) const ROWS: &[Row] = &[
    row(
        "capacity-provider-associated",
        "AWS::ECS::CapacityProvider",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::ECS::ClusterCapacityProviderAssociations",
            property: "CapacityProviders",
        }),
        &[
            Source::Thread("aws/containers-roadmap#632"),
            Source::Thread("hashicorp/terraform-provider-aws#14393"),
        ],
    )
    .saying("The specified capacity provider is in use and cannot be removed."),
    row(
        "capacity-provider-unique",
        "AWS::ECS::CapacityProvider",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "capacity-provider-group",
        "AWS::ECS::CapacityProvider",
        Rule::AttachedOnce("AutoScalingGroupProvider.AutoScalingGroupArn"),
        &[
            Source::Thread("aws/containers-roadmap#632"),
            Source::Thread("hashicorp/terraform-provider-aws#14393"),
        ],
    )
    .saying(
        "The specified Auto Scaling group ARN is already being used by another capacity provider. \
         Specify a unique Auto Scaling group ARN and try again.",
    ),
    row(
        "capacity-provider-name-stays",
        "AWS::ECS::CapacityProvider",
        Rule::SeenOnlyAfter(Lag::InWords(
            "the name of a deleted one is INACTIVE for a while and can't be used meanwhile",
        )),
        &[Source::Unproved],
    ),
    row(
        "cluster-machines",
        "AWS::ECS::Cluster",
        Rule::BlocksDeletion(Block::InWords(
            "container instances that are active or draining, services, tasks",
        )),
        &[
            Source::Thread("aws-samples/aws-scalable-big-blue-button-example#79"),
            Source::Thread("aws/aws-cdk#18179"),
        ],
    )
    .saying("The Cluster cannot be deleted while Container Instances are active or draining."),
    row(
        "cluster-unique",
        "AWS::ECS::Cluster",
        Rule::UniqueBy(&["ClusterName"]),
        &[Source::Schema],
    ),
    row(
        "cluster-name-stays",
        "AWS::ECS::Cluster",
        Rule::SeenOnlyAfter(Lag::InWords(
            "a deleted cluster stays INACTIVE for a while, and one that is made under its name may have its settings",
        )),
        &[Source::Thread("aws/containers-roadmap#70")],
    ),
    row(
        "association-in-use",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        Rule::BlocksDeletion(Block::InWords(
            "a service, also of another stack, whose strategy names one of the providers",
        )),
        &[
            Source::Thread("aws/containers-roadmap#631"),
            Source::Thread("hashicorp/terraform-provider-aws#11285"),
        ],
    )
    .saying("The specified capacity provider is in use and cannot be removed."),
    row(
        "association-unique",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        Rule::UniqueBy(&["Cluster"]),
        &[Source::Schema],
    ),
    row(
        "service-deletion",
        "AWS::ECS::Service",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "service-unique",
        "AWS::ECS::Service",
        Rule::UniqueBy(&["Cluster", "ServiceName"]),
        &[Source::Schema],
    ),
    row(
        "service-target-group",
        "AWS::ECS::Service",
        Rule::MustExistFirst(
            "a target group that a listener or rule forwards to, the alarms, the associated capacity \
             provider, the image, the values of the secrets",
        ),
        &[Source::Thread("aws/aws-cdk#1160")],
    )
    .saying("The target group with targetGroupArn {id} does not have an associated load balancer."),
    row(
        "service-hangs",
        "AWS::ECS::Service",
        Rule::SeenOnlyAfter(Lag::InWords(
            "creation and update wait up to 36 hours for steadiness, once a task was healthy",
        )),
        &[
            Source::Schema,
            Source::Page(
                "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html",
            ),
        ],
    ),
    row(
        "task-definition-deletion",
        "AWS::ECS::TaskDefinition",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "cache-rule-deletion",
        "AWS::ECR::PullThroughCacheRule",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "cache-rule-unique",
        "AWS::ECR::PullThroughCacheRule",
        Rule::UniqueBy(&["EcrRepositoryPrefix"]),
        &[Source::Schema],
    ),
    row(
        "repository-images",
        "AWS::ECR::Repository",
        Rule::BlocksDeletion(Block::Holds {
            what: "images",
            unless: Some("EmptyOnDelete"),
        }),
        &[
            Source::Schema,
            Source::Code("aws-cloudformation/aws-cloudformation-resource-providers-ecr"),
        ],
    )
    .saying(
        "The repository with name '{id}' cannot be deleted because it still contains images",
    ),
    row(
        "repository-unique",
        "AWS::ECR::Repository",
        Rule::UniqueBy(&["RepositoryName"]),
        &[Source::Schema],
    ),
    row(
        "creation-template-deletion",
        "AWS::ECR::RepositoryCreationTemplate",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "creation-template-unique",
        "AWS::ECR::RepositoryCreationTemplate",
        Rule::UniqueBy(&["Prefix"]),
        &[Source::Schema],
    ),
    row(
        "creation-template-role",
        "AWS::ECR::RepositoryCreationTemplate",
        Rule::MustExistFirst("a role of its own, where it encrypts with a key or sets tags"),
        &[Source::Thread("aws/containers-roadmap#2398")],
    ),
];
