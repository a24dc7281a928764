//! ECS and ECR.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

const ROUTES_ELSEWHERE: Effect = Effect::severe(
    Kind::Interruption,
    "registers its tasks with other load balancing: those of the old target group are drained, and it gets requests only through the new one",
);

pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
        resource_type: "AWS::ApplicationAutoScaling::ScalableTarget",
        noun: "scalable target",
        added: Some(Effect::notable(
            Kind::Capacity,
            "scaling may change the service's number of tasks from now on",
        )),
        removed: Some(Effect::severe(
            Kind::Capacity,
            "the service's number of tasks no longer follows its load, and has no minimum",
        )),
        replaced: Some(Effect::notable(
            Kind::Capacity,
            "the service before keeps its number of tasks without bounds",
        )),
        properties: &[
            ("MinCapacity", Meaning::Analysed),
            ("MaxCapacity", Meaning::Analysed),
            (
                "ResourceId",
                Meaning::Reference(Effect::notable(
                    Kind::Capacity,
                    "scales another service; the one before keeps its number of tasks",
                )),
            ),
            (
                "ScalableDimension",
                Meaning::notable(Kind::Capacity, "scales another dimension"),
            ),
            (
                "ServiceNamespace",
                Meaning::notable(Kind::Capacity, "scales a resource of another service"),
            ),
            (
                "ScheduledActions",
                Meaning::notable(
                    Kind::Capacity,
                    "changes the bounds of its tasks at other times",
                ),
            ),
            (
                "SuspendedState",
                Meaning::notable(
                    Kind::Capacity,
                    "suspends or resumes scaling: what is suspended no longer follows the load",
                ),
            ),
            (
                "RoleARN",
                Meaning::Reference(Effect::minor(Kind::Permissions, "scales as another role")),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html",
            "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ApplicationAutoScaling::ScalingPolicy",
        noun: "scaling policy",
        added: Some(Effect::notable(
            Kind::Capacity,
            "the service's number of tasks follows its metric, between its bounds",
        )),
        removed: Some(Effect::notable(
            Kind::Capacity,
            "the service's number of tasks no longer follows its load: it stays where it is",
        )),
        replaced: Some(Effect::minor(
            Kind::Capacity,
            "its alarms are created anew, and scaling pauses for some minutes",
        )),
        properties: &[
            (
                "TargetTrackingScalingPolicyConfiguration",
                Meaning::notable(Kind::Capacity, "scales tasks by another rule"),
            ),
            (
                "TargetTrackingScalingPolicyConfiguration.TargetValue",
                Meaning::number(
                    Effect::notable(
                        Kind::Cost,
                        "adds tasks already above {to} instead of {from}: more run at the same load, and take more machines",
                    ),
                    Effect::notable(
                        Kind::Capacity,
                        "adds tasks only above {to} instead of {from}: fewer run at the same load, each busier and slower to answer",
                    ),
                    Unset::Unknown,
                ),
            ),
            (
                "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification",
                Meaning::notable(
                    Kind::Capacity,
                    "scales tasks by another metric: {to} instead of {from}",
                ),
            ),
            (
                "TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification",
                Meaning::notable(Kind::Capacity, "scales tasks by another metric"),
            ),
            (
                "TargetTrackingScalingPolicyConfiguration.ScaleInCooldown",
                Meaning::number(
                    Effect::notable(
                        Kind::Capacity,
                        "takes tasks away again {to} seconds after the last change: under an uneven load their number swings",
                    ),
                    Effect::minor(Kind::Cost, "keeps tasks for {to} seconds after a peak"),
                    Unset::Default(300),
                ),
            ),
            (
                "TargetTrackingScalingPolicyConfiguration.ScaleOutCooldown",
                Meaning::number(
                    Effect::minor(
                        Kind::Capacity,
                        "adds tasks again {to} seconds after the last ones",
                    ),
                    Effect::notable(
                        Kind::Capacity,
                        "waits {to} seconds before it adds tasks again: it follows a sharp rise of load more slowly",
                    ),
                    Unset::Default(300),
                ),
            ),
            (
                "TargetTrackingScalingPolicyConfiguration.DisableScaleIn",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Cost,
                        "never takes tasks away: after a peak they run, and hold machines, until a person stops them",
                    ),
                    Effect::minor(Kind::Cost, "takes tasks away when the load falls"),
                ),
            ),
            (
                "StepScalingPolicyConfiguration",
                Meaning::notable(Kind::Capacity, "scales tasks in other steps"),
            ),
            (
                "PolicyType",
                Meaning::notable(
                    Kind::Capacity,
                    "scales tasks by another kind of policy: {to} instead of {from}",
                ),
            ),
            ("PolicyName", Meaning::Label),
            (
                "ScalingTargetId",
                Meaning::Reference(Effect::notable(Kind::Capacity, "scales another service")),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html",
            "https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECR::PullThroughCacheRule",
        noun: "pull through cache rule",
        added: None,
        removed: Some(Effect::notable(
            Kind::Delivery,
            "builds that pull public images through it fail",
        )),
        replaced: Some(Effect::notable(
            Kind::Delivery,
            "builds that pull by the old prefix fail; copies under it stay and are billed",
        )),
        properties: &[
            (
                "EcrRepositoryPrefix",
                Meaning::notable(
                    Kind::Delivery,
                    "copies public images under another prefix: builds that pull by the old one fail",
                ),
            ),
            (
                "UpstreamRegistry",
                Meaning::severe(
                    Kind::Delivery,
                    "copies images from another registry: builds get what that one has under the same name",
                ),
            ),
            (
                "UpstreamRegistryUrl",
                Meaning::severe(
                    Kind::Delivery,
                    "copies images from another registry: builds get what that one has under the same name",
                ),
            ),
            (
                "CredentialArn",
                Meaning::Reference(Effect::notable(
                    Kind::Delivery,
                    "logs in to the upstream registry with another secret",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-pullthroughcacherule.html",
            "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECR::Repository",
        noun: "repository",
        added: None,
        removed: Some(Effect::severe(
            Kind::Data,
            "without its images no task of the application can start, and there is nothing to roll back to",
        )),
        replaced: Some(Effect::severe(
            Kind::Data,
            "the new one is empty: until a release has pushed to it, no task of the application can start anew, and there is nothing to roll back to",
        )),
        properties: &[
            ("LifecyclePolicy", Meaning::Analysed),
            (
                "ImageTagMutability",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Delivery,
                        "refuses a push of a tag that exists: releases that reuse a tag fail",
                    ),
                    Effect::severe(
                        Kind::Protection,
                        "may have its tags overwritten: the image that a tag names need not be the one that was tested",
                    ),
                ),
            ),
            (
                "ImageTagMutabilityExclusionFilters",
                Meaning::notable(Kind::Protection, "lets other tags be overwritten"),
            ),
            (
                "ImageScanningConfiguration.ScanOnPush",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Protection,
                        "scans images for known vulnerabilities when they are pushed",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "no longer scans images for known vulnerabilities when they are pushed",
                    ),
                ),
            ),
            (
                "RepositoryPolicyText",
                Meaning::notable(
                    Kind::Permissions,
                    "lets other principals pull or push its images",
                ),
            ),
            (
                "EncryptionConfiguration",
                Meaning::Reference(Effect::notable(
                    Kind::Protection,
                    "encrypts its images with another key, which takes another repository",
                )),
            ),
            (
                "EmptyOnDelete",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Protection,
                        "is deleted with all its images when it leaves the stack, where CloudFormation refused until now",
                    ),
                    Effect::minor(Kind::Protection, "can be deleted only once it is empty"),
                ),
            ),
            (
                "RepositoryName",
                Meaning::severe(
                    Kind::Delivery,
                    "is named otherwise: pushes and pulls by the old name go to the old repository, or fail",
                ),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html",
            "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
            "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECR::RepositoryCreationTemplate",
        noun: "repository creation template",
        added: None,
        removed: Some(Effect::notable(
            Kind::Protection,
            "repositories that the cache creates from now on have ECR's defaults: no customer key, and no image expires",
        )),
        replaced: Some(Effect::minor(
            Kind::Other,
            "existing repositories stay as they are",
        )),
        properties: &[
            (
                "LifecyclePolicy",
                Meaning::notable(
                    Kind::Data,
                    "lets images expire by other rules in repositories that are created from now on; existing ones keep theirs",
                ),
            ),
            (
                "ImageTagMutability",
                Meaning::notable(
                    Kind::Protection,
                    "makes tags {to} instead of {from} in repositories that are created from now on; immutable ones stop following the upstream's tags",
                ),
            ),
            (
                "EncryptionConfiguration",
                Meaning::Reference(Effect::notable(
                    Kind::Protection,
                    "encrypts repositories that are created from now on otherwise",
                )),
            ),
            (
                "CustomRoleArn",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "creates repositories as another role",
                )),
            ),
            (
                "AppliedFor",
                Meaning::items(
                    Effect::notable(
                        Kind::Other,
                        "also applies to repositories created by {item}",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "no longer applies to repositories created by {item}: they have ECR's defaults",
                    ),
                ),
            ),
            (
                "Prefix",
                Meaning::notable(
                    Kind::Protection,
                    "applies to repositories under another prefix; new ones under the old prefix have ECR's defaults",
                ),
            ),
            (
                "RepositoryPolicy",
                Meaning::notable(
                    Kind::Permissions,
                    "lets other principals use repositories that are created from now on",
                ),
            ),
            ("Description", Meaning::Label),
            ("ResourceTags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repositorycreationtemplate.html",
            "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECS::CapacityProvider",
        noun: "capacity provider",
        added: None,
        removed: Some(Effect::severe(
            Kind::Capacity,
            "services that name it can't place tasks",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "services that name the old one can't place tasks until they name the new one, and ECS refuses to delete one in use",
        )),
        properties: &[
            (
                "AutoScalingGroupProvider.AutoScalingGroupArn",
                Meaning::Reference(Effect::severe(
                    Kind::Capacity,
                    "places tasks on the machines of another group",
                )),
            ),
            (
                "AutoScalingGroupProvider.ManagedDraining",
                Meaning::on_unless_set(
                    Effect::minor(
                        Kind::Resilience,
                        "moves tasks off a machine before it is terminated",
                    ),
                    Effect::severe(
                        Kind::Interruption,
                        "no longer moves tasks off a machine before it is terminated: each scale-in and each roll of machines cuts the requests of every task there",
                    ),
                ),
            ),
            (
                "AutoScalingGroupProvider.ManagedScaling.Status",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Capacity,
                        "changes the number of machines itself, against the group's own scaling policies",
                    ),
                    Effect::notable(
                        Kind::Capacity,
                        "leaves the number of machines to the group: tasks without room wait until it scales",
                    ),
                ),
            ),
            (
                "AutoScalingGroupProvider.ManagedScaling",
                Meaning::notable(Kind::Capacity, "scales machines otherwise"),
            ),
            (
                "AutoScalingGroupProvider.ManagedTerminationProtection",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Cost,
                        "keeps machines with tasks from being taken away when the group scales in; the group must protect new machines",
                    ),
                    Effect::notable(
                        Kind::Interruption,
                        "lets machines with tasks be taken away when the group scales in",
                    ),
                ),
            ),
            ("Name", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-capacityprovider.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECS::Cluster",
        noun: "cluster",
        added: None,
        removed: Some(Effect::severe(
            Kind::Interruption,
            "every service on it goes with it",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "every service is created anew in the new one, on machines that have joined it; the old one can't be deleted while it has tasks",
        )),
        properties: &[
            (
                "ClusterSettings[containerInsights]",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Cost,
                        "measures tasks and services with Container Insights, billed by metric",
                    ),
                    Effect::severe(
                        Kind::Monitoring,
                        "no longer publishes Container Insights: alarms on running tasks see missing data, and dashboards are empty",
                    ),
                ),
            ),
            (
                "ClusterSettings",
                Meaning::notable(Kind::Monitoring, "has other settings"),
            ),
            (
                "Configuration.ExecuteCommandConfiguration",
                Meaning::notable(
                    Kind::Protection,
                    "logs and encrypts sessions in containers otherwise",
                ),
            ),
            (
                "Configuration.ManagedStorageConfiguration",
                Meaning::notable(Kind::Protection, "encrypts storage of tasks otherwise"),
            ),
            (
                "ServiceConnectDefaults",
                Meaning::notable(Kind::Behaviour, "gives new services another namespace"),
            ),
            (
                "CapacityProviders",
                Meaning::notable(Kind::Capacity, "offers other machines to its services"),
            ),
            (
                "DefaultCapacityProviderStrategy",
                Meaning::notable(
                    Kind::Capacity,
                    "places tasks of services without a strategy on other machines",
                ),
            ),
            ("ClusterName", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-cluster.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECS::ClusterCapacityProviderAssociations",
        noun: "capacity provider association",
        added: None,
        removed: Some(Effect::severe(
            Kind::Capacity,
            "the cluster has no capacity provider: services can't place tasks, and machines that start don't join",
        )),
        replaced: Some(Effect::severe(
            Kind::Capacity,
            "while it is replaced the cluster has no capacity provider: services can't place tasks",
        )),
        properties: &[
            (
                "CapacityProviders",
                Meaning::items(
                    Effect::notable(Kind::Capacity, "offers the machines of {item} to services"),
                    Effect::severe(
                        Kind::Capacity,
                        "no longer offers the machines of {item}: services that name it can't place tasks",
                    ),
                ),
            ),
            (
                "DefaultCapacityProviderStrategy",
                Meaning::notable(
                    Kind::Capacity,
                    "places tasks of services without a strategy of their own on other machines",
                ),
            ),
            (
                "Cluster",
                Meaning::Reference(Effect::severe(
                    Kind::Capacity,
                    "offers machines to another cluster; the one before has none",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-clustercapacityproviderassociations.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECS::Service",
        noun: "service",
        added: Some(Effect::notable(
            Kind::Capacity,
            "its tasks take memory and CPU of the machines",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "all its tasks stop, and its requests or work are no longer served",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "a second service starts, then all tasks of the old one stop; both need room on the machines at once, and one name can't be taken twice",
        )),
        properties: &[
            (
                "DesiredCount",
                Meaning::severe(
                    Kind::Capacity,
                    "is set to {to} tasks with each deployment, whatever its scaling has decided: under load, tasks stop",
                ),
            ),
            (
                "TaskDefinition",
                Meaning::Reference(Effect::notable(
                    Kind::Interruption,
                    "deploys another task definition: all its tasks restart",
                )),
            ),
            (
                "Cluster",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "runs in another cluster",
                )),
            ),
            (
                "CapacityProviderStrategy",
                Meaning::notable(
                    Kind::Interruption,
                    "places its tasks on other machines: all of them restart there",
                ),
            ),
            (
                "LaunchType",
                Meaning::severe(
                    Kind::Replacement,
                    "runs its tasks on {to} instead of {from}, at another price",
                ),
            ),
            ("LoadBalancers", Meaning::Change(ROUTES_ELSEWHERE)),
            (
                "LoadBalancers.ContainerPort",
                Meaning::notable(
                    Kind::Behaviour,
                    "gets requests on port {to} of its container instead of {from}: an image that listens elsewhere fails its health checks, and the deployment rolls back",
                ),
            ),
            (
                "LoadBalancers.ContainerName",
                Meaning::notable(
                    Kind::Behaviour,
                    "gets requests in container {to} instead of {from}",
                ),
            ),
            (
                "NetworkConfiguration",
                Meaning::severe(
                    Kind::Exposure,
                    "runs its tasks in other subnets and security groups, perhaps with public addresses",
                ),
            ),
            (
                "DeploymentConfiguration.MinimumHealthyPercent",
                Meaning::Analysed,
            ),
            ("DeploymentConfiguration.MaximumPercent", Meaning::Analysed),
            (
                "DeploymentConfiguration",
                Meaning::notable(Kind::Delivery, "deploys new tasks otherwise"),
            ),
            (
                "DeploymentConfiguration.Strategy",
                Meaning::notable(
                    Kind::Delivery,
                    "deploys by another strategy: {to} instead of {from}",
                ),
            ),
            (
                "DeploymentConfiguration.Alarms.AlarmNames",
                Meaning::items(
                    Effect::minor(
                        Kind::Resilience,
                        "also stops a deployment when {item} is in alarm",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "no longer stops a deployment when {item} is in alarm",
                    ),
                ),
            ),
            (
                "DeploymentConfiguration.Alarms.Enable",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Resilience, "stops a deployment when its alarms fire"),
                    Effect::notable(
                        Kind::Resilience,
                        "goes on with a deployment whatever its alarms say: a version that answers with errors reaches all tasks",
                    ),
                ),
            ),
            (
                "DeploymentConfiguration.Alarms.Rollback",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Resilience,
                        "returns to the version before when its alarms fire",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "stays half deployed when its alarms fire: a person has to return to the version before",
                    ),
                ),
            ),
            (
                "DeploymentConfiguration.DeploymentCircuitBreaker.Enable",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Resilience,
                        "gives a deployment up when its tasks keep failing",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "starts the tasks of a broken version again and again, without giving up: the deployment ends at its stack's deadline, hours later",
                    ),
                ),
            ),
            (
                "DeploymentConfiguration.DeploymentCircuitBreaker.Rollback",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Resilience,
                        "returns to the version before when a deployment fails",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "no longer returns to the version before when a deployment fails: the broken version stays deployed until a person acts",
                    ),
                ),
            ),
            (
                "DeploymentConfiguration.DeploymentCircuitBreaker.ThresholdConfiguration",
                Meaning::minor(
                    Kind::Resilience,
                    "gives a deployment up after another number of failed tasks ({from} before, {to} after)",
                ),
            ),
            (
                "DeploymentConfiguration.DeploymentCircuitBreaker.ResetOnHealthyTask",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Resilience,
                        "counts failed tasks anew after each healthy one: a version that fails now and then is never given up",
                    ),
                    Effect::minor(
                        Kind::Resilience,
                        "counts failed tasks over the whole deployment",
                    ),
                ),
            ),
            (
                "DeploymentController",
                Meaning::severe(
                    Kind::Delivery,
                    "is deployed by another controller, which takes another service",
                ),
            ),
            (
                "HealthCheckGracePeriodSeconds",
                Meaning::number(
                    Effect::notable(
                        Kind::Resilience,
                        "stops a new task that is not healthy {to} seconds after its start: one that starts more slowly never serves, and the deployment rolls back",
                    ),
                    Effect::minor(
                        Kind::Resilience,
                        "leaves a new task {to} seconds to become healthy: a broken version is noticed later",
                    ),
                    Unset::Default(0),
                ),
            ),
            (
                "EnableExecuteCommand",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Permissions,
                        "lets principals with ecs:ExecuteCommand open a shell in its containers, as its task role, beside its secrets",
                    ),
                    Effect::minor(
                        Kind::Permissions,
                        "no longer lets principals open a shell in its containers",
                    ),
                ),
            ),
            (
                "AvailabilityZoneRebalancing",
                Meaning::on_unless_set(
                    Effect::minor(
                        Kind::Resilience,
                        "moves tasks between zones until they are even: some restart",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "no longer evens its tasks out between zones: after a zone has failed they stay in the other, and its failure takes all",
                    ),
                ),
            ),
            (
                "PlacementStrategies",
                Meaning::notable(
                    Kind::Resilience,
                    "spreads its tasks otherwise: without a spread over zones, the failure of one zone may take them all",
                ),
            ),
            (
                "PlacementConstraints",
                Meaning::notable(
                    Kind::Capacity,
                    "places tasks on other machines only; where none fits they wait",
                ),
            ),
            (
                "SchedulingStrategy",
                Meaning::severe(
                    Kind::Replacement,
                    "runs as {to} instead of {from}, which takes another service",
                ),
            ),
            (
                "ServiceName",
                Meaning::severe(
                    Kind::Replacement,
                    "is another service: scaling, alarms and dashboards by the old name see nothing",
                ),
            ),
            (
                "ServiceConnectConfiguration",
                Meaning::notable(
                    Kind::Behaviour,
                    "is found by other services otherwise; all its tasks restart",
                ),
            ),
            (
                "ServiceRegistries",
                Meaning::notable(
                    Kind::Behaviour,
                    "is registered elsewhere: who looks the old name up doesn't find it",
                ),
            ),
            (
                "PropagateTags",
                Meaning::minor(Kind::Cost, "tags its tasks otherwise; costs by tag change"),
            ),
            (
                "EnableECSManagedTags",
                Meaning::minor(Kind::Cost, "tags its tasks otherwise; costs by tag change"),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::ECS::TaskDefinition",
        noun: "task definition",
        added: None,
        removed: None,
        replaced: None,
        properties: &[
            (
                "ContainerDefinitions",
                Meaning::notable(Kind::Behaviour, "runs its containers with other settings"),
            ),
            ("ContainerDefinitions.Memory", Meaning::Analysed),
            ("ContainerDefinitions.MemoryReservation", Meaning::Analysed),
            (
                "ContainerDefinitions.Cpu",
                Meaning::number(
                    Effect::notable(
                        Kind::Capacity,
                        "reserves {to} CPU units instead of {from}: where machines are busy, it gets less of them",
                    ),
                    Effect::minor(Kind::Capacity, "reserves {to} CPU units instead of {from}"),
                    Unset::Default(0),
                ),
            ),
            (
                "ContainerDefinitions.Image",
                Meaning::notable(Kind::Delivery, "runs another image"),
            ),
            (
                "ContainerDefinitions.Name",
                Meaning::notable(Kind::Behaviour, "names its container otherwise"),
            ),
            (
                "ContainerDefinitions.Command",
                Meaning::notable(Kind::Behaviour, "starts with another command"),
            ),
            (
                "ContainerDefinitions.EntryPoint",
                Meaning::notable(Kind::Behaviour, "starts with another entry point"),
            ),
            (
                "ContainerDefinitions.Environment",
                Meaning::items(
                    Effect::notable(
                        Kind::Behaviour,
                        "starts with an environment variable set to {item}",
                    ),
                    Effect::notable(
                        Kind::Behaviour,
                        "starts without an environment variable that was {item}",
                    ),
                ),
            ),
            (
                "ContainerDefinitions.EnvironmentFiles",
                Meaning::notable(
                    Kind::Behaviour,
                    "starts with environment variables of another file",
                ),
            ),
            (
                "ContainerDefinitions.Secrets",
                Meaning::items(
                    Effect::notable(
                        Kind::Behaviour,
                        "reads {item} into an environment variable: while that has no value, or the execution role may not read it, no task starts",
                    ),
                    Effect::notable(
                        Kind::Behaviour,
                        "starts without the environment variable that it read from {item}",
                    ),
                ),
            ),
            ("ContainerDefinitions[]", Meaning::Analysed),
            ("ContainerDefinitions.User", Meaning::Analysed),
            (
                "ContainerDefinitions.Privileged",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Protection,
                        "runs privileged: its processes have root's rights on the machine, beside every other application's secrets",
                    ),
                    Effect::minor(Kind::Protection, "no longer runs privileged"),
                ),
            ),
            (
                "ContainerDefinitions.ReadonlyRootFilesystem",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Behaviour,
                        "can't write to its image's files any more: a process that does fails",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "may write to its image's files: an attacker can leave code there, and it fills the machine's disk",
                    ),
                ),
            ),
            (
                "ContainerDefinitions.DockerSecurityOptions",
                Meaning::items(
                    Effect::minor(Kind::Protection, "runs with the restriction {item}"),
                    Effect::severe(
                        Kind::Protection,
                        "runs without the restriction {item}: a process may gain rights that it didn't start with",
                    ),
                ),
            ),
            (
                "ContainerDefinitions.LinuxParameters.Capabilities.Drop",
                Meaning::items(
                    Effect::notable(
                        Kind::Protection,
                        "drops the kernel capability {item}; a process that needs it fails",
                    ),
                    Effect::severe(
                        Kind::Protection,
                        "keeps kernel capabilities that were dropped ({item})",
                    ),
                ),
            ),
            (
                "ContainerDefinitions.LinuxParameters.Capabilities.Add",
                Meaning::items(
                    Effect::severe(Kind::Protection, "gains the kernel capability {item}"),
                    Effect::minor(Kind::Protection, "loses the kernel capability {item}"),
                ),
            ),
            (
                "ContainerDefinitions.LinuxParameters.InitProcessEnabled",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Behaviour,
                        "runs below an init process, which forwards signals and reaps processes",
                    ),
                    Effect::notable(
                        Kind::Interruption,
                        "runs without an init process: a process that doesn't handle SIGTERM is killed after its stop timeout, with the requests it has",
                    ),
                ),
            ),
            (
                "ContainerDefinitions.LinuxParameters.Tmpfs",
                Meaning::notable(Kind::Behaviour, "has other scratch space in memory"),
            ),
            (
                "ContainerDefinitions.LinuxParameters.Tmpfs.Size",
                Meaning::number(
                    Effect::notable(
                        Kind::Behaviour,
                        "has {to} MiB of scratch space instead of {from}: writes beyond it fail",
                    ),
                    Effect::minor(
                        Kind::Capacity,
                        "has {to} MiB of scratch space instead of {from}, out of its memory limit",
                    ),
                    Unset::Unknown,
                ),
            ),
            (
                "ContainerDefinitions.LinuxParameters",
                Meaning::notable(Kind::Protection, "runs with other kernel settings"),
            ),
            (
                "ContainerDefinitions.StopTimeout",
                Meaning::number(
                    Effect::notable(
                        Kind::Interruption,
                        "is killed {to} seconds after SIGTERM instead of {from}: requests and work that take longer are cut at every deployment and scale-in",
                    ),
                    Effect::minor(
                        Kind::Delivery,
                        "may take {to} seconds to stop instead of {from}: deployments take longer",
                    ),
                    Unset::Default(30),
                ),
            ),
            (
                "ContainerDefinitions.StartTimeout",
                Meaning::minor(
                    Kind::Delivery,
                    "may take {to} seconds to start instead of {from}",
                ),
            ),
            (
                "ContainerDefinitions.Essential",
                Meaning::on_unless_set(
                    Effect::notable(
                        Kind::Resilience,
                        "stops the whole task when this container stops",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "lets the task go on when this container stops: nothing restarts it",
                    ),
                ),
            ),
            (
                "ContainerDefinitions.HealthCheck",
                Meaning::notable(
                    Kind::Resilience,
                    "is judged by another check of its own; a task that fails it is stopped",
                ),
            ),
            (
                "ContainerDefinitions.PortMappings",
                Meaning::notable(Kind::Behaviour, "listens on other ports"),
            ),
            (
                "ContainerDefinitions.PortMappings.ContainerPort",
                Meaning::notable(
                    Kind::Behaviour,
                    "is expected to listen on port {to} instead of {from}: an image that doesn't fails its health checks",
                ),
            ),
            (
                "ContainerDefinitions.PortMappings.HostPort",
                Meaning::notable(
                    Kind::Capacity,
                    "takes port {to} of its machine instead of {from}: with a fixed port, only one of its tasks fits on a machine, and a deployment needs a spare one",
                ),
            ),
            (
                "ContainerDefinitions.LogConfiguration",
                Meaning::notable(Kind::Monitoring, "logs elsewhere or otherwise"),
            ),
            (
                "ContainerDefinitions.LogConfiguration.Options.mode",
                Meaning::notable(
                    Kind::Resilience,
                    "logs {to} instead of {from}: blocking, it stands still when CloudWatch doesn't take its lines; non-blocking, it drops lines when its buffer is full",
                ),
            ),
            (
                "ContainerDefinitions.LogConfiguration.Options.max-buffer-size",
                Meaning::minor(
                    Kind::Monitoring,
                    "buffers {to} of log lines before it drops some, instead of {from}",
                ),
            ),
            (
                "ContainerDefinitions.LogConfiguration.Options.awslogs-group",
                Meaning::Reference(Effect::notable(Kind::Monitoring, "logs to another group")),
            ),
            (
                "ContainerDefinitions.MountPoints",
                Meaning::notable(Kind::Data, "mounts other volumes"),
            ),
            (
                "ContainerDefinitions.Ulimits",
                Meaning::minor(Kind::Capacity, "may open another number of files"),
            ),
            (
                "ContainerDefinitions.DependsOn",
                Meaning::minor(Kind::Behaviour, "starts its containers in another order"),
            ),
            ("ContainerDefinitions.DockerLabels", Meaning::Label),
            (
                "Volumes",
                Meaning::notable(
                    Kind::Data,
                    "has other volumes; one of the host gives it files of the machine",
                ),
            ),
            (
                "Cpu",
                Meaning::notable(
                    Kind::Capacity,
                    "is limited to {to} CPU units instead of {from}",
                ),
            ),
            ("Memory", Meaning::Analysed),
            (
                "ExecutionRoleArn",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "starts as another role, which has to be allowed to pull its image and read its secrets",
                )),
            ),
            (
                "TaskRoleArn",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "may do on AWS what another role may",
                )),
            ),
            (
                "NetworkMode",
                Meaning::severe(
                    Kind::Exposure,
                    "is on the network as {to} instead of {from}: as host its ports are the machine's, and it reaches the machine's metadata",
                ),
            ),
            (
                "PidMode",
                Meaning::severe(
                    Kind::Protection,
                    "shares processes: as host it sees those of every application on the machine",
                ),
            ),
            (
                "IpcMode",
                Meaning::severe(
                    Kind::Protection,
                    "shares memory: as host with every application on the machine",
                ),
            ),
            (
                "RuntimePlatform.CpuArchitecture",
                Meaning::notable(
                    Kind::Delivery,
                    "needs an image for {to} instead of {from}, and machines of that architecture: where there are none, no task starts",
                ),
            ),
            (
                "RuntimePlatform.OperatingSystemFamily",
                Meaning::severe(
                    Kind::Delivery,
                    "needs an image and machines of another operating system",
                ),
            ),
            (
                "RequiresCompatibilities",
                Meaning::items(
                    Effect::notable(Kind::Other, "must also run on {item}"),
                    Effect::notable(Kind::Other, "needs no longer run on {item}"),
                ),
            ),
            (
                "PlacementConstraints",
                Meaning::notable(
                    Kind::Capacity,
                    "runs on other machines only; where none fits its tasks wait",
                ),
            ),
            ("Family", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters_ec2.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html",
        ],
    },
];
