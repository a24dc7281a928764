//! What is said when the cluster isn't well.

use common::alarm::{self, Bound, Lasting, MetricOf, Silence, Statistic, Watch as _};
use common::environment::Environment;
use common::resources::autoscaling::AutoScalingGroup;
use common::resources::{Handle, ecs};
use common::template::Template;

/// Adds the alarms that need a person.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
    cluster: &Handle<ecs::Cluster>,
    machines: &Handle<AutoScalingGroup>,
) {
    let topic = network.alarm_topic.import();
    let band = &environment.cluster.band;
    let half_an_hour = Lasting {
        seconds: 300,
        periods: 6,
    };
    let ten_minutes = Lasting::minutes(10);

    // Scaling would have brought it back into the band: it is at its maximum, or can't launch.
    template.add(
        "CapacityExhaustedAlarm",
        alarm::named(
            environment,
            "capacity-exhausted",
            &format!(
                "The memory reservation has been above {} % for half an hour: the cluster is at \
                 its {} machines, or can't get more",
                band.high_percent(),
                band.max()
            ),
            &topic,
            Bound::Above(f64::from(band.high_percent())),
            half_an_hour,
            Silence::IsFine,
        )
        .on(
            MetricOf::new("AWS/ECS", "MemoryReservation").of("ClusterName", cluster.reference()),
            Statistic::Average,
            half_an_hour,
        ),
    );
    template.add(
        "TooFewMachinesAlarm",
        alarm::named(
            environment,
            "too-few-machines",
            &format!(
                "Fewer than {} machines have been in service for ten minutes",
                band.min()
            ),
            &topic,
            Bound::Below(f64::from(band.min())),
            ten_minutes,
            Silence::IsAnAlarm,
        )
        .on(
            MetricOf::new("AWS/AutoScaling", "GroupInServiceInstances")
                .of("AutoScalingGroupName", machines.reference()),
            Statistic::Minimum,
            ten_minutes,
        ),
    );
    // A machine that drains counts in the metric and takes no task: where its own tasks find no
    // room, new ones wait and nothing is added.
    template.add(
        "DrainHeldUpAlarm",
        alarm::named(
            environment,
            "drain-held-up",
            "A machine has been draining for half an hour: its tasks find no room elsewhere. \
             Adding a machine by hand ends it",
            &topic,
            Bound::AtLeast(1.0),
            half_an_hour,
            Silence::IsFine,
        )
        .on(
            MetricOf::new("AWS/AutoScaling", "GroupTerminatingInstances")
                .of("AutoScalingGroupName", machines.reference()),
            Statistic::Minimum,
            half_an_hour,
        ),
    );
    template.add(
        "DiskFullAlarm",
        alarm::named(
            environment,
            "machine-disk",
            "The disk of a machine is over 85 % full",
            &topic,
            Bound::Above(85.0),
            ten_minutes,
            Silence::IsFine,
        )
        .on(
            MetricOf::new(super::management::METRICS, "disk_used_percent")
                .of("AutoScalingGroupName", machines.reference()),
            Statistic::Maximum,
            ten_minutes,
        ),
    );
}
