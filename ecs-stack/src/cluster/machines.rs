//! The machines: one launch template, one Auto Scaling group over both data centres.

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::resources::autoscaling::AutoScalingGroup;
use common::resources::autoscaling::auto_scaling_group::{
    LaunchTemplateSpecification, MetricsCollection, NotificationConfiguration, TagProperty,
};
use common::resources::cloudformation::WaitCondition;
use common::resources::ec2::LaunchTemplate;
use common::resources::ec2::launch_template::{
    BlockDeviceMapping, Ebs, EbsVolumeType, IamInstanceProfile, LaunchTemplateData,
    MetadataOptions, MetadataOptionsHttpEndpoint, MetadataOptionsHttpTokens, Monitoring,
    TagSpecification,
};
use common::resources::{Handle, Tag, ecs, iam};
use common::tags;
use common::template::policy::{ManagedPolicy, ServicePrincipal, Statement};
use common::template::{
    CreationPolicy, IntoNode as _, ResourceExt as _, RollingUpdate, Template, UpdatePolicy, Value,
};

use super::management::Management;
use super::user_data;

/// Disk of a machine in GiB: the system, images and the containers' layers.
const DISK_GIB: u32 = 50;

/// How long a machine may take from its launch to its signal, in minutes.
const BOOT_MINUTES: u32 = 20;

/// How long the first machines may take, in minutes from the beginning of the stack's creation.
const FIRST_MACHINES_MINUTES: u32 = 30;

/// The number of machines that the first services need: one in each data centre. A number of its own, since a
/// wait condition can't be updated: with the band's minimum it would change
/// (cloudformation-coverage-roadmap#1097).
const FIRST_MACHINES: u32 = 2;

/// Adds role, launch template and group.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
    cluster: &Handle<ecs::Cluster>,
    management: Management,
) -> Handle<AutoScalingGroup> {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "MachineRole",
        names.role("machines"),
        ServicePrincipal::Ec2,
        "Machines of the cluster: join it, and be managed through Systems Manager",
    )
    .managed(ManagedPolicy::EcsContainerInstance)
    .managed(ManagedPolicy::SsmManagedInstanceCore)
    .managed(ManagedPolicy::CloudWatchAgentServer);
    management.grant(&mut role);
    role.allow(
        // To see whether the capacity provider is there.
        Statement::allow(["ecs:DescribeClusters"])
            .sid("OwnCluster")
            .on(cluster.attr_arn()),
    );
    let role = role.add_to(template);
    let profile = template.add(
        "MachineProfile",
        iam::InstanceProfile::new([role.reference()])
            .instance_profile_name(names.role("machines"))
            .path(names.role_path()),
    );

    let launch_template = launch_template(template, environment, network, &profile);
    let band = &environment.cluster.band;
    let tag = |key: &str, value: String| TagProperty::new(key, true, value);
    let group = AutoScalingGroup::new(band.max().to_string(), band.min().to_string())
        .auto_scaling_group_name(names.machines())
        .vpc_zone_identifier(network.private_subnets())
        .launch_template(
            // Each template has one version, see `launch_template`.
            LaunchTemplateSpecification::new("1").launch_template_id(launch_template.reference()),
        )
        .health_check_type("EC2")
        .health_check_grace_period(300)
        .default_instance_warmup(300)
        .new_instances_protected_from_scale_in(false)
        .metrics_collection([MetricsCollection::new("1Minute")])
        .notification_configurations(
            [
                NotificationConfiguration::new(network.alarm_topic.import()).notification_types([
                    "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
                    "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
                ]),
            ],
        )
        .tags([
            tag("Name", names.machines()),
            tag(tags::ENVIRONMENT, environment.name.to_string()),
            // ECS puts it on the group of a capacity provider; an update that did not know it
            // would take it away.
            tag("AmazonECSManaged", "true".to_owned()),
        ]);
    // No creation policy: the machines wait for the capacity provider, which waits for the group.
    let group = group
        // With v in service and at most w > v machines there is room for one more meanwhile.
        // The processes are suspended so that they don't interfere with the update (aws-cdk#5215).
        .update_policy(UpdatePolicy::Rolling(RollingUpdate {
            min_instances_in_service: band.min(),
            max_batch_size: 1,
            signal_timeout_minutes: BOOT_MINUTES,
            suspend_processes: &[
                "HealthCheck",
                "ReplaceUnhealthy",
                "AZRebalance",
                "AlarmNotification",
                "ScheduledActions",
            ],
        }));
    template.add("Machines", group)
}

/// Waits until the first machines have joined the cluster: before that no service can start.
///
/// It waits from the beginning and depends on nothing. A machine signals as soon as it sees the
/// capacity provider, which is before CloudFormation sees that the association is complete, and a
/// signal that comes before the condition waits is refused.
pub(super) fn ready(template: &mut Template) {
    template.add(
        user_data::READY,
        WaitCondition::new().creation_policy(CreationPolicy {
            signals: FIRST_MACHINES,
            timeout_minutes: FIRST_MACHINES_MINUTES,
        }),
    );
}

/// Adds the launch template. Its name changes with what is in it, so a change makes another template
/// instead of another version: the rollback of a failed roll takes no version away
/// (cloudformation-coverage-roadmap#1912), and the next update, whatever it is about, would roll
/// every machine to the one that failed.
fn launch_template(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
    profile: &Handle<iam::InstanceProfile>,
) -> Handle<LaunchTemplate> {
    let names = environment.names();
    let cluster = &environment.cluster;
    let disk = Ebs::new()
        .volume_type(EbsVolumeType::Gp3)
        .volume_size(DISK_GIB)
        .encrypted(true)
        .kms_key_id(network.data_key.import())
        .delete_on_termination(true);
    let tagged = |what: &str| {
        TagSpecification::new().resource_type(what).tags([
            tags::name(environment, "machines"),
            Tag::new(tags::ENVIRONMENT, environment.name.as_str()),
        ])
    };
    let data = LaunchTemplateData::new()
        .image_id(Value::trusted(cluster.image.as_str()))
        .instance_type(cluster.machine.to_string())
        .iam_instance_profile(IamInstanceProfile::new().arn(profile.attr_arn()))
        .security_group_ids([network.machine_security_group.import()])
        .block_device_mappings([BlockDeviceMapping::new().device_name("/dev/xvda").ebs(disk)])
        .metadata_options(
            MetadataOptions::new()
                .http_endpoint(MetadataOptionsHttpEndpoint::Enabled)
                .http_tokens(MetadataOptionsHttpTokens::Required)
                .http_put_response_hop_limit(1),
        )
        .monitoring(Monitoring::new().enabled(true))
        .ebs_optimized(true)
        .tag_specifications([tagged("instance"), tagged("volume")])
        .user_data(user_data::script(environment));
    let digest = Value::from(data.clone()).into_node().digest();
    template.add(
        "MachineTemplate",
        LaunchTemplate::new(data).launch_template_name(names.machine_template(&digest)),
    )
}
