//! EC2 instances: Auto Scaling groups, launch templates, their scaling; Lambda functions; Systems Manager.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

const RUNS_NEW_CODE: Effect = Effect::notable(
    Kind::Behaviour,
    "runs other code from its next invocation on",
);

/// What a machine starts with is fixed at its launch: only machines that start later have it. What becomes of the
/// running ones is told where the group is analysed.
pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
        resource_type: "AWS::AutoScaling::AutoScalingGroup",
        noun: "Auto Scaling group",
        added: Some(Effect::notable(
            Kind::Cost,
            "its machines are billed by time, at least its minimum of them",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "its machines are terminated with every task on them",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "a second group starts with new machines, then all machines of the old one are terminated with every task on them",
        )),
        properties: &[
            ("MinSize", Meaning::Analysed),
            ("MaxSize", Meaning::Analysed),
            ("VPCZoneIdentifier", Meaning::Analysed),
            ("AvailabilityZones", Meaning::Analysed),
            ("LaunchTemplate", Meaning::Analysed),
            (
                "MixedInstancesPolicy",
                Meaning::notable(
                    Kind::Machines,
                    "starts machines of other types or purchase options: spot machines may be taken away with two minutes' notice",
                ),
            ),
            (
                "DesiredCapacity",
                Meaning::number(
                    Effect::severe(
                        Kind::Capacity,
                        "terminates machines down to {to} with each deployment, whatever the load is",
                    ),
                    Effect::notable(
                        Kind::Capacity,
                        "is set to {to} machines with each deployment, whatever its scaling has decided",
                    ),
                    Unset::Unknown,
                ),
            ),
            (
                "AutoScalingGroupName",
                Meaning::severe(
                    Kind::Replacement,
                    "is another group with machines of its own; the capacity provider, policies and alarms move to it",
                ),
            ),
            (
                "DefaultInstanceWarmup",
                Meaning::number(
                    Effect::minor(
                        Kind::Capacity,
                        "counts a new machine after {to} seconds: it scales sooner, and may add one too many",
                    ),
                    Effect::minor(
                        Kind::Capacity,
                        "counts a new machine only after {to} seconds: it scales more slowly",
                    ),
                    Unset::Default(0),
                ),
            ),
            (
                "Cooldown",
                Meaning::minor(
                    Kind::Capacity,
                    "waits {to} seconds instead of {from} between two simple scaling activities",
                ),
            ),
            (
                "HealthCheckGracePeriod",
                Meaning::number(
                    Effect::notable(
                        Kind::Resilience,
                        "judges a machine {to} seconds after its start: one that starts more slowly is terminated, again and again",
                    ),
                    Effect::minor(
                        Kind::Resilience,
                        "notices a machine that fails at its start only after {to} seconds",
                    ),
                    Unset::Default(0),
                ),
            ),
            (
                "HealthCheckType",
                Meaning::notable(
                    Kind::Resilience,
                    "replaces machines by another check ({from} before, {to} after): with EC2 only when the machine itself is impaired, with ELB also when an application on it fails its health check",
                ),
            ),
            (
                "CapacityRebalance",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Resilience,
                        "replaces spot machines before they are interrupted",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "replaces spot machines only once they are interrupted",
                    ),
                ),
            ),
            (
                "MaxInstanceLifetime",
                Meaning::notable(
                    Kind::Machines,
                    "terminates and replaces each machine after another age ({from} seconds before, {to} after); tasks on it restart elsewhere",
                ),
            ),
            (
                "MetricsCollection",
                Meaning::notable(
                    Kind::Monitoring,
                    "publishes other group metrics: alarms on a metric that it no longer publishes see missing data",
                ),
            ),
            (
                "NewInstancesProtectedFromScaleIn",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Cost,
                        "never takes a new machine away when it scales in, until ECS or a person lifts the protection",
                    ),
                    Effect::notable(
                        Kind::Interruption,
                        "may take any new machine away when it scales in",
                    ),
                ),
            ),
            (
                "NotificationConfigurations",
                Meaning::notable(
                    Kind::Monitoring,
                    "notifies other receivers or of other events when machines fail to start or to stop",
                ),
            ),
            (
                "TerminationPolicies",
                Meaning::minor(
                    Kind::Machines,
                    "chooses the machine to terminate by another policy",
                ),
            ),
            (
                "LifecycleHookSpecificationList",
                Meaning::notable(
                    Kind::Machines,
                    "waits otherwise when machines start or stop; without a termination hook, tasks on a terminated machine are cut",
                ),
            ),
            (
                "TargetGroupARNs",
                Meaning::items(
                    Effect::notable(
                        Kind::Exposure,
                        "registers its machines in another target group",
                    ),
                    Effect::severe(
                        Kind::Interruption,
                        "takes its machines out of a target group: requests there reach none of them",
                    ),
                ),
            ),
            (
                "Tags",
                Meaning::minor(
                    Kind::Other,
                    "tags machines otherwise from their start on; running ones keep their tags, and whatever selects machines by tag sees both",
                ),
            ),
            (
                "Tags[AmazonECSManaged]",
                Meaning::notable(
                    Kind::Capacity,
                    "loses or gains the tag by which ECS manages the group's capacity provider",
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html",
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html",
            "https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html",
            "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html",
            "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::AutoScaling::ScalingPolicy",
        noun: "scaling policy",
        added: Some(Effect::notable(
            Kind::Capacity,
            "changes the number of machines by itself from now on",
        )),
        removed: Some(Effect::severe(
            Kind::Capacity,
            "the number of machines no longer follows its alarm",
        )),
        replaced: Some(Effect::minor(
            Kind::Capacity,
            "its alarm is pointed to the new one in the same update",
        )),
        properties: &[
            (
                "ScalingAdjustment",
                Meaning::notable(
                    Kind::Capacity,
                    "changes the group by {to} machines at once instead of {from}",
                ),
            ),
            (
                "StepAdjustments",
                Meaning::notable(
                    Kind::Capacity,
                    "changes the number of machines in other steps",
                ),
            ),
            (
                "AdjustmentType",
                Meaning::notable(
                    Kind::Capacity,
                    "counts its adjustment otherwise ({to} instead of {from}): as a change, as a share, or as the number of machines itself",
                ),
            ),
            (
                "Cooldown",
                Meaning::number(
                    Effect::notable(
                        Kind::Capacity,
                        "may act again after {to} seconds: before the last machine's tasks have moved, it can take the next one",
                    ),
                    Effect::minor(Kind::Capacity, "acts again only after {to} seconds"),
                    Unset::Default(300),
                ),
            ),
            (
                "EstimatedInstanceWarmup",
                Meaning::number(
                    Effect::notable(
                        Kind::Cost,
                        "counts a new machine after {to} seconds: before that one takes tasks, another may be added",
                    ),
                    Effect::notable(
                        Kind::Capacity,
                        "counts a new machine only after {to} seconds: under a sharp rise of load the cluster grows more slowly",
                    ),
                    Unset::Unknown,
                ),
            ),
            (
                "PolicyType",
                Meaning::notable(
                    Kind::Capacity,
                    "scales by another kind of policy: {to} instead of {from}",
                ),
            ),
            (
                "MetricAggregationType",
                Meaning::notable(
                    Kind::Capacity,
                    "judges the metric by its {to} instead of its {from}",
                ),
            ),
            (
                "MinAdjustmentMagnitude",
                Meaning::minor(
                    Kind::Capacity,
                    "changes the group by at least {to} machines at once",
                ),
            ),
            (
                "TargetTrackingConfiguration",
                Meaning::notable(
                    Kind::Capacity,
                    "keeps another metric, or another value of it: the number of machines settles elsewhere",
                ),
            ),
            (
                "AutoScalingGroupName",
                Meaning::Reference(Effect::severe(
                    Kind::Capacity,
                    "scales another group; the one before no longer follows its load by this policy",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-scalingpolicy.html",
            "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::LaunchTemplate",
        noun: "launch template",
        added: None,
        removed: Some(Effect::severe(
            Kind::Capacity,
            "a group that still names it can't start machines",
        )),
        replaced: None,
        properties: &[
            ("LaunchTemplateName", Meaning::Analysed),
            ("VersionDescription", Meaning::Label),
            (
                "LaunchTemplateData",
                Meaning::notable(Kind::Machines, "starts machines with other settings"),
            ),
            ("LaunchTemplateData.InstanceType", Meaning::Analysed),
            (
                "LaunchTemplateData.ImageId",
                Meaning::notable(
                    Kind::Machines,
                    "starts machines from another image: other kernel, ECS agent, Docker and packages",
                ),
            ),
            (
                "LaunchTemplateData.UserData",
                Meaning::notable(
                    Kind::Machines,
                    "runs another script when a machine starts; if it fails, the machine signals failure and takes no tasks",
                ),
            ),
            (
                "LaunchTemplateData.SecurityGroupIds",
                Meaning::items(
                    Effect::notable(
                        Kind::Exposure,
                        "puts machines in another security group ({item}): what its rules open reaches them",
                    ),
                    Effect::severe(
                        Kind::Interruption,
                        "takes machines out of a security group ({item}): its rules no longer let traffic in or out",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.NetworkInterfaces",
                Meaning::severe(
                    Kind::Exposure,
                    "gives machines other network interfaces, with their own security groups and perhaps public addresses",
                ),
            ),
            (
                "LaunchTemplateData.IamInstanceProfile",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "gives machines another role: their agents may do what that one allows",
                )),
            ),
            (
                "LaunchTemplateData.KeyName",
                Meaning::notable(
                    Kind::Permissions,
                    "lets the holder of an SSH key log in on machines",
                ),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings",
                Meaning::notable(Kind::Machines, "gives machines other disks"),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings.Ebs.VolumeSize",
                Meaning::number(
                    Effect::notable(
                        Kind::Capacity,
                        "gives each machine a disk of {to} GiB instead of {from}: images and container layers fill it sooner; below the image's snapshot no machine starts",
                    ),
                    Effect::notable(
                        Kind::Cost,
                        "gives each machine a disk of {to} GiB instead of {from}, billed by size",
                    ),
                    Unset::Unknown,
                ),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings.Ebs.VolumeType",
                Meaning::notable(
                    Kind::Machines,
                    "gives machines disks of another type ({to} instead of {from}), with other throughput and price",
                ),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings.Ebs.Iops",
                Meaning::notable(
                    Kind::Cost,
                    "gives disks {to} operations a second instead of {from}; above the type's baseline they are billed",
                ),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings.Ebs.Throughput",
                Meaning::notable(
                    Kind::Cost,
                    "gives disks {to} MiB a second instead of {from}; above the type's baseline they are billed",
                ),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings.Ebs.Encrypted",
                Meaning::off_unless_set(
                    Effect::minor(Kind::Protection, "encrypts the disks of new machines"),
                    Effect::severe(
                        Kind::Protection,
                        "leaves the disks of new machines unencrypted: container data, logs and secrets in environment files lie on them in the clear",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings.Ebs.KmsKeyId",
                Meaning::Reference(Effect::notable(
                    Kind::Protection,
                    "encrypts disks with another key: Auto Scaling must be allowed to use it, or no machine starts",
                )),
            ),
            (
                "LaunchTemplateData.BlockDeviceMappings.Ebs.DeleteOnTermination",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Cost, "deletes a machine's disk with it"),
                    Effect::notable(
                        Kind::Cost,
                        "leaves each machine's disk behind when it is terminated: one more disk is billed after every roll and scale-in",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.EbsOptimized",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Machines,
                        "reserves bandwidth between machine and disk",
                    ),
                    Effect::minor(
                        Kind::Machines,
                        "shares bandwidth between network and disk, where the machine type allows it",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.MetadataOptions",
                Meaning::notable(Kind::Protection, "offers the machine's metadata otherwise"),
            ),
            (
                "LaunchTemplateData.MetadataOptions.HttpTokens",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Protection,
                        "answers metadata requests only with a session token (IMDSv2): software that uses IMDSv1 gets no credentials",
                    ),
                    Effect::severe(
                        Kind::Protection,
                        "answers metadata requests without a session token (IMDSv1): a server-side request forgery in any process can read the machine role's credentials",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit",
                Meaning::number(
                    Effect::minor(
                        Kind::Protection,
                        "answers metadata requests from {to} network hops away at most",
                    ),
                    Effect::severe(
                        Kind::Permissions,
                        "answers metadata requests from {to} network hops away: containers can read the machine role's credentials",
                    ),
                    Unset::Default(1),
                ),
            ),
            (
                "LaunchTemplateData.MetadataOptions.HttpEndpoint",
                Meaning::on_unless_set(
                    Effect::notable(
                        Kind::Protection,
                        "offers metadata and the machine role's credentials to processes on the machine",
                    ),
                    Effect::severe(
                        Kind::Interruption,
                        "offers no metadata: the ECS and Systems Manager agents get no credentials, and machines don't join the cluster",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.Monitoring",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Cost,
                        "measures machines each minute, which is billed by metric",
                    ),
                    Effect::notable(
                        Kind::Monitoring,
                        "measures machines every five minutes instead of each minute",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.InstanceMarketOptions",
                Meaning::severe(
                    Kind::Machines,
                    "starts spot machines instead of on-demand ones, or the reverse: spot machines may be taken away with two minutes' notice",
                ),
            ),
            (
                "LaunchTemplateData.CreditSpecification",
                Meaning::notable(
                    Kind::Cost,
                    "uses CPU credits otherwise: unlimited ones are billed beyond the baseline, standard ones throttle the machine",
                ),
            ),
            (
                "LaunchTemplateData.CpuOptions",
                Meaning::notable(Kind::Capacity, "gives machines other cores or threads"),
            ),
            (
                "LaunchTemplateData.Placement",
                Meaning::notable(
                    Kind::Cost,
                    "places machines otherwise: by group, tenancy or host; dedicated tenancy is billed higher",
                ),
            ),
            (
                "LaunchTemplateData.DisableApiTermination",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Protection,
                        "refuses calls that terminate a machine, but for those of its group",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "lets any call with the right terminate a machine",
                    ),
                ),
            ),
            (
                "LaunchTemplateData.InstanceInitiatedShutdownBehavior",
                Meaning::notable(
                    Kind::Machines,
                    "makes a shutdown from within a machine {to} it instead of {from}",
                ),
            ),
            (
                "LaunchTemplateData.TagSpecifications",
                Meaning::minor(
                    Kind::Other,
                    "tags new machines and their disks otherwise; whatever selects by tag (Systems Manager, cost reports, policies) misses those of one kind",
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html",
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html",
            "https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html",
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html",
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::Lambda::Function",
        noun: "function",
        added: None,
        removed: Some(Effect::notable(
            Kind::Behaviour,
            "whatever invokes it fails",
        )),
        replaced: Some(Effect::notable(
            Kind::Interruption,
            "it gets another ARN; calls of the old one fail",
        )),
        properties: &[
            ("Code", Meaning::Change(RUNS_NEW_CODE)),
            ("Handler", Meaning::Change(RUNS_NEW_CODE)),
            ("Layers", Meaning::Change(RUNS_NEW_CODE)),
            (
                "Environment",
                Meaning::notable(
                    Kind::Behaviour,
                    "gets other environment variables from its next invocation on",
                ),
            ),
            (
                "Runtime",
                Meaning::notable(
                    Kind::Behaviour,
                    "runs on {to} instead of {from} from its next invocation on: code that needs the old one fails",
                ),
            ),
            (
                "Architectures",
                Meaning::minor(
                    Kind::Machines,
                    "runs on another processor architecture, at another price",
                ),
            ),
            (
                "MemorySize",
                Meaning::number(
                    Effect::notable(
                        Kind::Capacity,
                        "has {to} MB instead of {from}, and CPU in proportion: it runs slower, and fails when it needs more",
                    ),
                    Effect::minor(
                        Kind::Cost,
                        "has {to} MB instead of {from}, and is billed in proportion",
                    ),
                    Unset::Default(128),
                ),
            ),
            (
                "Timeout",
                Meaning::number(
                    Effect::notable(
                        Kind::Behaviour,
                        "is ended after {to} seconds: work that takes longer fails",
                    ),
                    Effect::minor(
                        Kind::Behaviour,
                        "may run for {to} seconds before it is ended",
                    ),
                    Unset::Default(3),
                ),
            ),
            (
                "ReservedConcurrentExecutions",
                Meaning::notable(
                    Kind::Capacity,
                    "runs at most {to} invocations at a time, where {from} were allowed; at 0 it is never invoked",
                ),
            ),
            (
                "Role",
                Meaning::Reference(Effect::notable(
                    Kind::Permissions,
                    "acts as another role from its next invocation on",
                )),
            ),
            (
                "KmsKeyArn",
                Meaning::Reference(Effect::notable(
                    Kind::Protection,
                    "encrypts its environment variables with another key, which its role must be allowed to use",
                )),
            ),
            (
                "VpcConfig",
                Meaning::notable(
                    Kind::Exposure,
                    "runs in other subnets and security groups: who it reaches changes",
                ),
            ),
            (
                "LoggingConfig",
                Meaning::notable(
                    Kind::Monitoring,
                    "logs elsewhere or otherwise; queries and alarms on the old log group see nothing new",
                ),
            ),
            (
                "DeadLetterConfig",
                Meaning::notable(
                    Kind::Data,
                    "sends events that it fails on elsewhere, or drops them",
                ),
            ),
            (
                "TracingConfig",
                Meaning::minor(Kind::Monitoring, "is traced otherwise"),
            ),
            (
                "EphemeralStorage",
                Meaning::minor(Kind::Capacity, "has another amount of scratch space"),
            ),
            ("Description", Meaning::Label),
            ("FunctionName", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html",
            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html",
            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SSM::Association",
        noun: "association",
        added: Some(Effect::notable(
            Kind::Machines,
            "its document runs on every machine it targets, as root, once at creation unless it keeps to its schedule",
        )),
        removed: Some(Effect::notable(
            Kind::Machines,
            "its document no longer runs on machines: what it updates, checks or reports stays as it is",
        )),
        replaced: Some(Effect::minor(
            Kind::Machines,
            "its document may run once more",
        )),
        properties: &[
            (
                "Name",
                Meaning::notable(
                    Kind::Machines,
                    "runs another document on machines ({to} instead of {from}), as root",
                ),
            ),
            (
                "DocumentVersion",
                Meaning::notable(
                    Kind::Machines,
                    "runs another version of its document on machines",
                ),
            ),
            (
                "Parameters",
                Meaning::notable(
                    Kind::Machines,
                    "runs with other parameters on every machine it targets, as root",
                ),
            ),
            (
                "Parameters.commands",
                Meaning::items(
                    Effect::notable(
                        Kind::Machines,
                        "runs one more command on every machine it targets, as root: {item}",
                    ),
                    Effect::notable(
                        Kind::Machines,
                        "no longer runs a command on machines: {item}",
                    ),
                ),
            ),
            (
                "Parameters.executionTimeout",
                Meaning::minor(
                    Kind::Machines,
                    "ends its commands after another time, in seconds",
                ),
            ),
            (
                "ScheduleExpression",
                Meaning::notable(Kind::Machines, "runs at {to} instead of {from}"),
            ),
            (
                "ApplyOnlyAtCronInterval",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Machines,
                        "waits for its schedule instead of running at once after each change and on each new machine",
                    ),
                    Effect::notable(
                        Kind::Machines,
                        "runs at once after each change, and on each machine as it starts, beside its schedule",
                    ),
                ),
            ),
            (
                "Targets",
                Meaning::notable(
                    Kind::Machines,
                    "runs on other machines; those it no longer targets keep what it did",
                ),
            ),
            (
                "MaxConcurrency",
                Meaning::notable(
                    Kind::Machines,
                    "runs on {to} machines at a time instead of {from}",
                ),
            ),
            (
                "MaxErrors",
                Meaning::notable(
                    Kind::Machines,
                    "goes on after failures on {to} machines instead of {from}",
                ),
            ),
            (
                "OutputLocation",
                Meaning::minor(Kind::Monitoring, "writes its output elsewhere"),
            ),
            (
                "ComplianceSeverity",
                Meaning::minor(
                    Kind::Monitoring,
                    "is reported with another severity when it fails",
                ),
            ),
            ("AssociationName", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-association.html",
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/state-manager-about.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SSM::Document",
        noun: "document",
        added: None,
        removed: Some(Effect::notable(
            Kind::Machines,
            "whatever runs it fails; sessions fall back to the account's defaults",
        )),
        replaced: None,
        properties: &[
            (
                "Content",
                Meaning::notable(
                    Kind::Machines,
                    "has another content from its next use on, with open sessions as they began",
                ),
            ),
            (
                "Content.inputs.cloudWatchEncryptionEnabled",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Protection,
                        "logs sessions only to an encrypted log group",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "logs sessions to a log group whether or not it is encrypted",
                    ),
                ),
            ),
            (
                "Content.inputs.cloudWatchStreamingEnabled",
                Meaning::on_unless_set(
                    Effect::minor(
                        Kind::Monitoring,
                        "logs a session while it runs, with user and command",
                    ),
                    Effect::notable(
                        Kind::Monitoring,
                        "logs a session only when it has ended: one that is cut leaves nothing",
                    ),
                ),
            ),
            (
                "Content.inputs.cloudWatchLogGroupName",
                Meaning::severe(
                    Kind::Monitoring,
                    "logs what is typed in sessions on machines elsewhere, or nowhere where it is empty",
                ),
            ),
            (
                "Content.inputs.kmsKeyId",
                Meaning::severe(
                    Kind::Protection,
                    "encrypts sessions with another key, or with none beside TLS where it is empty; machine and user must be allowed to use it",
                ),
            ),
            (
                "Content.inputs.idleSessionTimeout",
                Meaning::number(
                    Effect::minor(
                        Kind::Protection,
                        "ends an idle session on a machine after {to} minutes instead of {from}",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "leaves an idle session on a machine open for {to} minutes instead of {from}",
                    ),
                    Unset::Default(20),
                ),
            ),
            (
                "Content.inputs.maxSessionDuration",
                Meaning::number(
                    Effect::minor(
                        Kind::Protection,
                        "ends any session after {to} minutes instead of {from}",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "lets a session on a machine last {to} minutes instead of {from}",
                    ),
                    Unset::Unlimited,
                ),
            ),
            (
                "Content.inputs.runAsEnabled",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Permissions,
                        "opens sessions as the operating system user of the principal's tag or the given default, not as ssm-user",
                    ),
                    Effect::notable(
                        Kind::Permissions,
                        "opens sessions as ssm-user, who may become root",
                    ),
                ),
            ),
            (
                "Content.inputs.shellProfile",
                Meaning::notable(Kind::Machines, "runs other commands when a session begins"),
            ),
            ("Content.description", Meaning::Label),
            ("DocumentFormat", Meaning::Label),
            (
                "DocumentType",
                Meaning::notable(
                    Kind::Other,
                    "is another kind of document; what runs it must expect that kind",
                ),
            ),
            (
                "Name",
                Meaning::severe(
                    Kind::Protection,
                    "is another document: sessions take their preferences from SSM-SessionManagerRunShell only",
                ),
            ),
            (
                "UpdateMethod",
                Meaning::notable(
                    Kind::Other,
                    "is updated as {to} instead of {from}: a new version keeps the document, Replace deletes it first",
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html",
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html",
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-getting-started-configure-preferences.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SSM::Parameter",
        noun: "parameter",
        added: None,
        removed: Some(Effect::notable(Kind::Behaviour, "whatever reads it fails")),
        replaced: Some(Effect::notable(
            Kind::Behaviour,
            "whatever reads it by its old name fails",
        )),
        properties: &[
            ("Value", Meaning::Analysed),
            (
                "Type",
                Meaning::notable(
                    Kind::Behaviour,
                    "is of another type: {to} instead of {from}",
                ),
            ),
            (
                "Tier",
                Meaning::minor(
                    Kind::Cost,
                    "is of the tier {to}; advanced parameters are billed",
                ),
            ),
            (
                "AllowedPattern",
                Meaning::minor(Kind::Other, "accepts other values"),
            ),
            ("Name", Meaning::Analysed),
            ("Description", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html",
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::CloudFormation::CustomResource",
        noun: "custom resource",
        added: Some(Effect::notable(
            Kind::Other,
            "its function runs once while the stack is deployed",
        )),
        removed: Some(Effect::notable(
            Kind::Other,
            "its function runs once more, to undo what it did",
        )),
        replaced: Some(Effect::notable(
            Kind::Other,
            "its function runs for the new one, then undoes the old one",
        )),
        properties: &[
            (
                "ServiceToken",
                Meaning::Reference(Effect::notable(
                    Kind::Other,
                    "is handled by another function; the one before is no longer asked to undo what it did",
                )),
            ),
            (
                "ServiceTimeout",
                Meaning::minor(
                    Kind::Other,
                    "fails the stack's update after {to} seconds instead of {from} without an answer",
                ),
            ),
            (
                "AutoScalingGroupName",
                Meaning::notable(
                    Kind::Machines,
                    "takes the draining hook off another group before its machines are deleted",
                ),
            ),
            (
                "GroupId",
                Meaning::notable(
                    Kind::Exposure,
                    "revokes the rules of another security group",
                ),
            ),
            (
                "Services",
                Meaning::items(
                    Effect::notable(
                        Kind::Permissions,
                        "creates the service-linked role of {item}",
                    ),
                    Effect::minor(
                        Kind::Other,
                        "no longer makes sure that the service-linked role of {item} exists; an existing one stays",
                    ),
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html",
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::CloudFormation::WaitCondition",
        noun: "wait condition",
        added: Some(Effect::notable(
            Kind::Other,
            "the stack's update waits for its signals, and fails without them",
        )),
        removed: Some(Effect::notable(
            Kind::Resilience,
            "the stack is complete before its machines are ready, and services are deployed to none",
        )),
        replaced: None,
        properties: &[
            (
                "Count",
                Meaning::minor(Kind::Other, "waits for {to} signals instead of {from}"),
            ),
            (
                "Timeout",
                Meaning::minor(Kind::Other, "waits for {to} seconds instead of {from}"),
            ),
            (
                "Handle",
                Meaning::minor(Kind::Other, "waits for signals of another handle"),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html",
        ],
    },
];
