//! CodePipeline, CodeBuild, events.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
        resource_type: "AWS::CodePipeline::Pipeline",
        noun: "pipeline",
        added: Some(Effect::notable(
            Kind::Delivery,
            "it runs once when it is created, and then with every push to its branch",
        )),
        removed: Some(Effect::severe(
            Kind::Delivery,
            "pushes are neither tested nor deployed any more",
        )),
        replaced: Some(Effect::notable(
            Kind::Delivery,
            "the new one has no history, and runs once when it is created",
        )),
        properties: &[
            ("Stages", Meaning::Analysed),
            ("Triggers", Meaning::Analysed),
            (
                "ExecutionMode",
                Meaning::notable(
                    Kind::Delivery,
                    "runs {to} instead of {from}: SUPERSEDED lets a newer run overtake a waiting one, QUEUED keeps the order, PARALLEL lets runs deploy at the same time",
                ),
            ),
            (
                "PipelineType",
                Meaning::notable(
                    Kind::Cost,
                    "is of type {to} instead of {from}, which is paid for in another way: V1 by the month, V2 by the minute; V1 knows no triggers by branch",
                ),
            ),
            (
                "RestartExecutionOnUpdate",
                Meaning::off_unless_set(
                    Effect::notable(Kind::Delivery, "runs again whenever its definition changes"),
                    Effect::notable(
                        Kind::Delivery,
                        "no longer runs when its definition changes: a change of its stages takes effect with the next push",
                    ),
                ),
            ),
            (
                "RoleArn",
                Meaning::Reference(Effect::severe(
                    Kind::Permissions,
                    "acts as another role: what only the old one may do fails",
                )),
            ),
            (
                "ArtifactStore",
                Meaning::notable(
                    Kind::Delivery,
                    "keeps its artifacts elsewhere: runs that wait for their next stage don't find theirs",
                ),
            ),
            (
                "ArtifactStore.EncryptionKey",
                Meaning::notable(
                    Kind::Protection,
                    "encrypts its artifacts with another key: roles of its actions need the right to use that one",
                ),
            ),
            (
                "ArtifactStores",
                Meaning::notable(Kind::Delivery, "keeps its artifacts elsewhere, by region"),
            ),
            (
                "Name",
                Meaning::notable(
                    Kind::Delivery,
                    "is another pipeline, {to}: rules, alarms and rights that name the old one don't follow",
                ),
            ),
            (
                "DisableInboundStageTransitions",
                Meaning::items(
                    Effect::severe(
                        Kind::Delivery,
                        "stops before a stage until a person enables it: {item}",
                    ),
                    Effect::notable(Kind::Delivery, "goes on into a stage by itself: {item}"),
                ),
            ),
            (
                "Variables",
                Meaning::notable(Kind::Delivery, "takes other variables at its start"),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html",
            "https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html",
            "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-types-planning.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::CodeBuild::Project",
        noun: "build project",
        added: None,
        removed: Some(Effect::notable(
            Kind::Delivery,
            "pipelines that name it fail at that action",
        )),
        replaced: Some(Effect::notable(
            Kind::Delivery,
            "pipelines and rights that name the old one don't follow",
        )),
        properties: &[
            ("Source.BuildSpec", Meaning::Analysed),
            (
                "Source",
                Meaning::notable(Kind::Delivery, "builds from another source"),
            ),
            (
                "SecondarySources",
                Meaning::notable(Kind::Delivery, "builds with other sources beside its own"),
            ),
            (
                "Environment.Image",
                Meaning::notable(
                    Kind::Delivery,
                    "builds in image {to} instead of {from}: with other tools, and other versions of them",
                ),
            ),
            (
                "Environment.Type",
                Meaning::notable(
                    Kind::Delivery,
                    "builds on {to} instead of {from}: images for another processor don't start",
                ),
            ),
            (
                "Environment.ComputeType",
                Meaning::notable(
                    Kind::Cost,
                    "builds on {to} instead of {from}: another price by the minute, another speed",
                ),
            ),
            (
                "Environment.PrivilegedMode",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Permissions,
                        "builds run privileged: code of the repository, and whatever it installs, has root's rights on the build's host",
                    ),
                    Effect::notable(
                        Kind::Delivery,
                        "builds can no longer use Docker: those that build images fail",
                    ),
                ),
            ),
            (
                "Environment.ImagePullCredentialsType",
                Meaning::minor(Kind::Delivery, "pulls its image as {to} instead of {from}"),
            ),
            (
                "Environment.Certificate",
                Meaning::notable(Kind::Protection, "trusts another certificate"),
            ),
            (
                "Environment.RegistryCredential",
                Meaning::notable(Kind::Delivery, "pulls its image with other credentials"),
            ),
            (
                "Environment.EnvironmentVariables",
                Meaning::items(
                    Effect::notable(
                        Kind::Delivery,
                        "commands read {item} from an environment variable",
                    ),
                    Effect::notable(
                        Kind::Delivery,
                        "commands run without an environment variable: {item}",
                    ),
                ),
            ),
            (
                "Environment.EnvironmentVariables.Value",
                Meaning::notable(
                    Kind::Delivery,
                    "commands read {to} instead of {from} from an environment variable",
                ),
            ),
            (
                "Environment.EnvironmentVariables.Type",
                Meaning::severe(
                    Kind::Protection,
                    "an environment variable is {to} instead of {from}: PLAINTEXT shows its value in the console and in the template",
                ),
            ),
            (
                "ServiceRole",
                Meaning::Reference(Effect::severe(
                    Kind::Permissions,
                    "builds act as another role: its rights are those of the code that they run",
                )),
            ),
            (
                "TimeoutInMinutes",
                Meaning::number(
                    Effect::notable(
                        Kind::Delivery,
                        "a build is stopped after {to} minutes instead of {from}: a longer one fails",
                    ),
                    Effect::minor(
                        Kind::Cost,
                        "a build that hangs is paid for until {to} minutes have passed instead of {from}",
                    ),
                    Unset::Default(60),
                ),
            ),
            (
                "QueuedTimeoutInMinutes",
                Meaning::number(
                    Effect::notable(
                        Kind::Delivery,
                        "a build that waits for {to} minutes fails, instead of {from}",
                    ),
                    Effect::minor(
                        Kind::Delivery,
                        "a build may wait for {to} minutes instead of {from}",
                    ),
                    Unset::Default(480),
                ),
            ),
            (
                "ConcurrentBuildLimit",
                Meaning::number(
                    Effect::notable(
                        Kind::Delivery,
                        "no more than {to} builds run at once; others wait",
                    ),
                    Effect::minor(Kind::Cost, "up to {to} builds run at once"),
                    Unset::Unlimited,
                ),
            ),
            (
                "AutoRetryLimit",
                Meaning::minor(
                    Kind::Delivery,
                    "a failed build is repeated up to {to} times",
                ),
            ),
            (
                "Cache",
                Meaning::minor(
                    Kind::Delivery,
                    "keeps its cache elsewhere: the next build takes longer",
                ),
            ),
            (
                "Artifacts",
                Meaning::notable(Kind::Delivery, "hands its results on in another way"),
            ),
            (
                "SecondaryArtifacts",
                Meaning::notable(Kind::Delivery, "hands further results on in another way"),
            ),
            (
                "EncryptionKey",
                Meaning::Reference(Effect::notable(
                    Kind::Protection,
                    "encrypts its artifacts with another key: the next action needs the right to use it",
                )),
            ),
            (
                "LogsConfig.CloudWatchLogs.GroupName",
                Meaning::Reference(Effect::notable(Kind::Monitoring, "logs to another group")),
            ),
            (
                "LogsConfig.CloudWatchLogs.Status",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Monitoring, "writes its log again"),
                    Effect::severe(
                        Kind::Monitoring,
                        "no longer writes a log: a failed build can't be explained",
                    ),
                ),
            ),
            (
                "LogsConfig",
                Meaning::notable(Kind::Monitoring, "logs elsewhere"),
            ),
            (
                "VpcConfig",
                Meaning::notable(
                    Kind::Exposure,
                    "builds run in another network: what only the old one reaches is out of reach, and code of builds reaches the new one",
                ),
            ),
            (
                "FileSystemLocations",
                Meaning::notable(Kind::Delivery, "mounts other file systems"),
            ),
            (
                "Triggers",
                Meaning::notable(Kind::Delivery, "begins with other events"),
            ),
            (
                "BuildBatchConfig",
                Meaning::notable(Kind::Delivery, "builds in batches otherwise"),
            ),
            (
                "SourceVersion",
                Meaning::notable(Kind::Delivery, "builds {to} instead of {from}"),
            ),
            (
                "Visibility",
                Meaning::severe(
                    Kind::Exposure,
                    "is {to}: with PUBLIC_READ the internet reads the logs and artifacts of builds",
                ),
            ),
            (
                "ResourceAccessRole",
                Meaning::Reference(Effect::severe(
                    Kind::Exposure,
                    "shows logs and artifacts of public builds by another role",
                )),
            ),
            (
                "BadgeEnabled",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Exposure,
                        "shows at a public address whether it passes",
                    ),
                    Effect::minor(
                        Kind::Exposure,
                        "no longer shows at a public address whether it passes",
                    ),
                ),
            ),
            (
                "Name",
                Meaning::notable(
                    Kind::Delivery,
                    "is another project, {to}: pipelines, rights and metrics that name the old one don't follow",
                ),
            ),
            ("Description", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html",
            "https://docs.aws.amazon.com/codebuild/latest/userguide/create-project.html",
            "https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::CodeBuild::ReportGroup",
        noun: "report group",
        added: None,
        removed: Some(Effect::notable(
            Kind::Monitoring,
            "test reports of builds go nowhere",
        )),
        replaced: Some(Effect::notable(
            Kind::Monitoring,
            "reports until now are in the old one",
        )),
        properties: &[
            (
                "DeleteReports",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Data, "is deleted with its reports when it goes"),
                    Effect::notable(
                        Kind::Delivery,
                        "can't be deleted while it has reports: removing it fails the stack's update",
                    ),
                ),
            ),
            (
                "ExportConfig",
                Meaning::notable(
                    Kind::Data,
                    "exports raw results elsewhere, or no longer: without an export, reports expire after 30 days",
                ),
            ),
            (
                "Type",
                Meaning::notable(Kind::Monitoring, "holds reports of type {to}"),
            ),
            (
                "Name",
                Meaning::notable(
                    Kind::Monitoring,
                    "is another group, {to}: buildspecs that name the old one don't follow",
                ),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-reportgroup.html",
            "https://docs.aws.amazon.com/codebuild/latest/userguide/test-report.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::Events::Rule",
        noun: "event rule",
        added: None,
        removed: Some(Effect::severe(
            Kind::Monitoring,
            "its events reach no target any more: people are not told, and what it started does not start",
        )),
        replaced: Some(Effect::minor(
            Kind::Monitoring,
            "events in between may be missed",
        )),
        properties: &[
            (
                "EventPattern",
                Meaning::items(
                    Effect::minor(Kind::Monitoring, "also passes on events of {item}"),
                    Effect::severe(
                        Kind::Monitoring,
                        "no longer passes on events of {item}: its targets are not told",
                    ),
                ),
            ),
            (
                "State",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Monitoring, "passes on its events again"),
                    Effect::severe(
                        Kind::Monitoring,
                        "is switched off: its events reach no target",
                    ),
                ),
            ),
            (
                "Targets",
                Meaning::items(
                    Effect::notable(Kind::Monitoring, "also passes its events on to {item}"),
                    Effect::severe(Kind::Monitoring, "no longer passes its events on to {item}"),
                ),
            ),
            (
                "Targets.Arn",
                Meaning::severe(
                    Kind::Monitoring,
                    "passes its events on to {to} instead of {from}",
                ),
            ),
            ("Targets.Id", Meaning::Label),
            (
                "Targets.InputTransformer",
                Meaning::minor(Kind::Monitoring, "words its message otherwise"),
            ),
            (
                "Targets.Input",
                Meaning::notable(Kind::Delivery, "gives its target another input"),
            ),
            (
                "Targets.InputPath",
                Meaning::notable(Kind::Delivery, "gives its target another part of the event"),
            ),
            (
                "Targets.RoleArn",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "calls its target as another role",
                )),
            ),
            (
                "Targets.RetryPolicy",
                Meaning::notable(Kind::Resilience, "tries a failing target for another time"),
            ),
            (
                "Targets.DeadLetterConfig",
                Meaning::notable(
                    Kind::Resilience,
                    "keeps events that it can't deliver elsewhere, or no longer",
                ),
            ),
            (
                "ScheduleExpression",
                Meaning::notable(Kind::Delivery, "starts by {to} instead of {from}"),
            ),
            (
                "EventBusName",
                Meaning::severe(
                    Kind::Monitoring,
                    "listens on another bus: it matches no events of the old one",
                ),
            ),
            (
                "RoleArn",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "calls its targets as another role",
                )),
            ),
            ("Name", Meaning::Label),
            ("Description", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html",
            "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html",
        ],
    },
];
