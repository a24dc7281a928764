//! The alarms of the cluster.

use common::alarm::{
    self, AlarmExt as _, AlarmMetric, Bound, EvaluationWindow, MissingData, Statistic,
};
use common::environment::Environment;
use common::resources::autoscaling::AutoScalingGroup;
use common::resources::cloudwatch::Alarm;
use common::resources::cloudwatch::alarm::{Dimension, Metric, MetricDataQuery, MetricStat};
use common::resources::kinds::TopicArn;
use common::resources::{Handle, ecs};
use common::template::{Template, Value};

pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
    cluster: &Handle<ecs::Cluster>,
    machines: &Handle<AutoScalingGroup>,
) {
    let topic = network.alarm_topic.import();
    let band = &environment.cluster.band;
    let half_an_hour = EvaluationWindow {
        seconds: 300,
        periods: 6,
    };
    let ten_minutes = EvaluationWindow::minutes(10);

    // Otherwise scaling would have brought it back into the band.
    template.add(
        "CapacityExhaustedAlarm",
        alarm::new(
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
            MissingData::NotBreaching,
        )
        .on(
            AlarmMetric::new("AWS/ECS", "MemoryReservation")
                .dimension("ClusterName", cluster.reference()),
            Statistic::Average,
            half_an_hour,
        ),
    );
    template.add(
        "TooFewMachinesAlarm",
        alarm::new(
            environment,
            "too-few-machines",
            &format!(
                "Fewer than {} machines have been in service for ten minutes",
                band.min()
            ),
            &topic,
            Bound::Below(f64::from(band.min())),
            ten_minutes,
            MissingData::Breaching,
        )
        .on(
            AlarmMetric::new("AWS/AutoScaling", "GroupInServiceInstances")
                .dimension("AutoScalingGroupName", machines.reference()),
            Statistic::Minimum,
            ten_minutes,
        ),
    );
    // A draining machine counts in the metric and accepts no task: if there is no room for its tasks elsewhere,
    // new tasks stay pending and no machine is added.
    template.add(
        "DrainHeldUpAlarm",
        alarm::new(
            environment,
            "drain-held-up",
            "A machine has been draining for half an hour: its tasks find no room elsewhere. \
             Adding a machine by hand ends it",
            &topic,
            Bound::AtLeast(1.0),
            half_an_hour,
            MissingData::NotBreaching,
        )
        .on(
            AlarmMetric::new("AWS/AutoScaling", "GroupTerminatingInstances")
                .dimension("AutoScalingGroupName", machines.reference()),
            Statistic::Minimum,
            half_an_hour,
        ),
    );
    template.add(
        "MachinesSilentAlarm",
        machines_silent(environment, &topic, machines),
    );
    template.add(
        "DiskFullAlarm",
        alarm::new(
            environment,
            "machine-disk",
            "The disk of a machine is over 85 % full",
            &topic,
            Bound::Above(85.0),
            ten_minutes,
            MissingData::NotBreaching,
        )
        .on(
            AlarmMetric::new(super::management::METRICS, "disk_used_percent")
                .dimension("AutoScalingGroupName", machines.reference()),
            Statistic::Maximum,
            ten_minutes,
        ),
    );
}

/// Fewer machines report than are in service: on one of them the CloudWatch agent has stopped, or the whole
/// machine is unreachable, so that Systems Manager doesn't report it either.
fn machines_silent(
    environment: &Environment,
    topic: &Value<TopicArn>,
    machines: &Handle<AutoScalingGroup>,
) -> Alarm {
    /// In seconds.
    const PERIOD: u32 = 300;
    let half_an_hour = EvaluationWindow {
        seconds: PERIOD,
        periods: 6,
    };
    let of_group = |id: &str, namespace: &str, name: &str, statistic: &str| {
        let metric = Metric::new()
            .namespace(namespace)
            .metric_name(name)
            .dimensions([Dimension::new("AutoScalingGroupName", machines.reference())]);
        MetricDataQuery::new(id)
            .metric_stat(MetricStat::new(metric, PERIOD, statistic))
            .return_data(false)
    };
    // Every agent reports once a minute.
    let silent = MetricDataQuery::new("silent")
        .expression(format!(
            "in_service - FILL(samples, 0) / {}",
            PERIOD / super::management::METRICS_SECONDS
        ))
        .label("machines that do not report")
        .return_data(true);
    alarm::new(
        environment,
        "machines-silent",
        "Machines in service have not reported for half an hour. The metrics of Lemonade/Machines \
         by InstanceId show which; terminating it brings another one",
        topic,
        Bound::Above(0.5),
        half_an_hour,
        MissingData::NotBreaching,
    )
    .metrics([
        of_group(
            "in_service",
            "AWS/AutoScaling",
            "GroupInServiceInstances",
            "Minimum",
        ),
        of_group(
            "samples",
            super::management::METRICS,
            "mem_used_percent",
            "SampleCount",
        ),
        silent,
    ])
}
