//! ECS and ECR.

use super::{named, row, words};
use crate::row::{Block, Lag, Need, Other, Path, Row, Rule, Shared, Source};

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
        Rule::AttachedOnce { property: "AutoScalingGroupProvider.AutoScalingGroupArn", slot: "capacity provider of a group" },
        &[Source::Thread("aws/containers-roadmap#632"),
            Source::Thread("hashicorp/terraform-provider-aws#14393")],
    )
    .saying("The specified Auto Scaling group ARN is already being used by another capacity \
             provider. Specify a unique Auto Scaling group ARN and try again."),
    row(
        "capacity-provider-name-stays",
        "AWS::ECS::CapacityProvider",
        Rule::SeenOnlyAfter(Lag::InWords(words("the name of a deleted one is INACTIVE for a while and can't be used meanwhile", "for how long is told nowhere"))),
        &[Source::Thread("aws/containers-roadmap#632")],
    )
    .saying("The specified capacity provider already exists. To change the configuration of \
             an existing capacity provider, update the capacity provider."),
    row(
        "cluster-machines",
        "AWS::ECS::Cluster",
        Rule::BlocksDeletion(Block::Holds { what: "container-instances", unless: None, usual: false }),
        &[Source::Thread("aws-samples/aws-scalable-big-blue-button-example#79"),
            Source::Thread("aws/aws-cdk#18179")],
    )
    .saying("The Cluster cannot be deleted while Container Instances are active or draining."),
    row(
        "cluster-tasks",
        "AWS::ECS::Cluster",
        Rule::BlocksDeletion(Block::Holds { what: "tasks", unless: None, usual: false }),
        &[Source::Thread("gruntwork-io/cloud-nuke#368")],
    )
    .saying("The Cluster cannot be deleted while Tasks are active."),
    row(
        "cluster-services",
        "AWS::ECS::Cluster",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::ECS::Service", property: "Cluster" }),
        &[Source::Thread("aws/amazon-ecs-cli#368"),
            Source::Thread("rebuy-de/aws-nuke#231")],
    )
    .saying("The Cluster cannot be deleted while Services are active."),
    row(
        "cluster-unique",
        "AWS::ECS::Cluster",
        Rule::UniqueBy(&["ClusterName"]),
        &[Source::Schema],
    ),
    row(
        "cluster-name-stays",
        "AWS::ECS::Cluster",
        Rule::SeenOnlyAfter(Lag::InWords(words("a deleted cluster stays INACTIVE for a while, and one that is made under its \
             name may have its settings", "nothing is refused; for how long is told nowhere"))),
        &[Source::Thread("aws/containers-roadmap#70")],
    ),
    row(
        "association-in-use",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        Rule::BlocksDeletion(Block::Shares(Other { resource_type: "AWS::ECS::Service", shares: &[named(["CapacityProviders", "CapacityProviderStrategy.CapacityProvider"], "AWS::ECS::CapacityProvider"), named(["Cluster", "Cluster"], "AWS::ECS::Cluster")] })),
        &[Source::Thread("aws/containers-roadmap#631"),
            Source::Thread("hashicorp/terraform-provider-aws#11285")],
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
        Rule::MustExistFirst(Need::OneOf {
            others: &[
                Other { resource_type: "AWS::ElasticLoadBalancingV2::Listener", shares: &[named(["LoadBalancers.TargetGroupArn", "DefaultActions"], "AWS::ElasticLoadBalancingV2::TargetGroup")] },
                Other { resource_type: "AWS::ElasticLoadBalancingV2::ListenerRule", shares: &[named(["LoadBalancers.TargetGroupArn", "Actions"], "AWS::ElasticLoadBalancingV2::TargetGroup")] },
            ],
            unless: &[],
        }),
        &[Source::Thread("aws/aws-cdk#1160"),
            Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#1868")],
    )
    .saying("The target group with targetGroupArn {id} does not have an associated load balancer."),
    row(
        "service-capacity-provider",
        "AWS::ECS::Service",
        Rule::MustExistFirst(Need::OneOf {
            others: &[
                Other { resource_type: "AWS::ECS::ClusterCapacityProviderAssociations", shares: &[named(["CapacityProviderStrategy.CapacityProvider", "CapacityProviders"], "AWS::ECS::CapacityProvider"), named(["Cluster", "Cluster"], "AWS::ECS::Cluster")] },
                Other { resource_type: "AWS::ECS::Cluster", shares: &[named(["CapacityProviderStrategy.CapacityProvider", "CapacityProviders"], "AWS::ECS::CapacityProvider"), Shared { own: Path::Own("Cluster"), other: Path::Itself, names: Some("AWS::ECS::Cluster") }] },
            ],
            unless: &[],
        }),
        &[Source::Page("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html"),
            Source::Page("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html")],
    )
    .saying("The specified capacity provider was not found. Specify a valid name or ARN and \
             try again."),
    row(
        "service-image",
        "AWS::ECS::Service",
        Rule::MustExistFirst(Need::InWords(words("the image, and the values of the secrets", "the service is made; its tasks fail to start, and its circuit breaker ends it"))),
        &[Source::Page("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html")],
    ),
    row(
        "service-hangs",
        "AWS::ECS::Service",
        Rule::SeenOnlyAfter(Lag::InWords(words("creation and update wait up to 36 hours for steadiness, once a task was healthy", "whether tasks stay healthy is in no template; faults of the emulator stand for it"))),
        &[Source::Schema,
            Source::Page("https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html")],
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
            unless: Some("EmptyOnDelete"), usual: true }),
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
        Rule::MustExistFirst(Need::InWords(words("a role of its own, where it encrypts with a key or sets tags", "the template is made; a later pull is refused"))),
        &[Source::Thread("aws/containers-roadmap#2398")],
    ),
];
