//! The capacity provider, and the scaling that keeps the cluster's memory reservation inside the band.
//!
//! One metric and steps of one machine, so that scaling can't oscillate (see
//! [`MemoryBand`](common::capacity::MemoryBand)). Out by a step policy, which counts machines
//! that are still warming up; in by a simple policy, whose cooldown waits for the machine to have
//! drained: the alarm would otherwise act again every minute that it lasts. ECS's own scaling of
//! the capacity provider is off: two things that scale would fight.

use common::environment::Environment;
use common::resources::Handle;
use common::resources::autoscaling::scaling_policy::{
    ScalingPolicyAdjustmentType, ScalingPolicyMetricAggregationType, ScalingPolicyType,
    StepAdjustment,
};
use common::resources::autoscaling::{AutoScalingGroup, ScalingPolicy};
use common::resources::cloudformation::CustomResource;
use common::resources::cloudwatch::Alarm;
use common::resources::cloudwatch::alarm::{
    AlarmComparisonOperator, AlarmStatistic, AlarmTreatMissingData, Dimension,
};
use common::resources::ecs::capacity_provider::{
    AutoScalingGroupProvider, AutoScalingGroupProviderManagedDraining,
    AutoScalingGroupProviderManagedTerminationProtection, ManagedScaling, ManagedScalingStatus,
};
use common::resources::ecs::cluster_capacity_provider_associations::CapacityProviderStrategy;
use common::resources::ecs::{CapacityProvider, Cluster, ClusterCapacityProviderAssociations};
use common::resources::kinds::CapacityProviderName;
use common::template::{ResourceExt as _, Template, Value};

/// Until a machine that was added counts as part of the cluster, in seconds. It begins when the
/// machine runs, and covers the boot, the metric's lag and a value that is missing: ten minutes do
/// for boots of up to eight (`docs/capacity.md`).
const WARM_UP_SECONDS: u32 = 600;

/// Between two machines that are removed, in seconds: a drain and the metric's lag.
const COOLDOWN_SECONDS: u32 = 900;

/// Minutes above the band before a machine is added: tasks that are moved count twice for two to
/// five.
const MINUTES_ABOVE: u32 = 5;

/// Minutes below the band before a machine is removed.
const MINUTES_BELOW: u32 = 15;

/// Adds the capacity provider, its association with the cluster, and the scaling.
///
/// Managed draining moves tasks away from a machine before it goes. Managed termination
/// protection stays off: it needs ECS's own scaling, and is known to leave stacks that can't be
/// deleted (aws-cdk#18179, containers-roadmap#631). Draining would also delay a deletion, so the
/// provider depends on the custom resource that removes its hook.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    cluster: &Handle<Cluster>,
    machines: &Handle<AutoScalingGroup>,
    hook: &Handle<CustomResource>,
) -> Handle<CapacityProvider> {
    let provider = template.add(
        "CapacityProvider",
        CapacityProvider::new()
            .name(environment.names().capacity_provider())
            .auto_scaling_group_provider(
                AutoScalingGroupProvider::new(machines.reference())
                    .managed_draining(AutoScalingGroupProviderManagedDraining::Enabled)
                    .managed_scaling(ManagedScaling::new().status(ManagedScalingStatus::Disabled))
                    .managed_termination_protection(
                        AutoScalingGroupProviderManagedTerminationProtection::Disabled,
                    ),
            )
            .depends_on(hook),
    );
    let default = CapacityProviderStrategy::new(provider.reference()).weight(1);
    let name: Value<CapacityProviderName> = provider.reference();
    template.add(
        "CapacityProviderAssociation",
        ClusterCapacityProviderAssociations::new(cluster.reference(), [default])
            .capacity_providers([name]),
    );

    let band = &environment.cluster.band;
    let more = template.add(
        "OneMachineMore",
        ScalingPolicy::new(machines.reference())
            .policy_type(ScalingPolicyType::StepScaling)
            .adjustment_type(ScalingPolicyAdjustmentType::ChangeInCapacity)
            .metric_aggregation_type(ScalingPolicyMetricAggregationType::Average)
            .estimated_instance_warmup(WARM_UP_SECONDS)
            .step_adjustments([StepAdjustment::new(1).metric_interval_lower_bound(0)]),
    );
    let fewer = template.add(
        "OneMachineFewer",
        ScalingPolicy::new(machines.reference())
            .policy_type(ScalingPolicyType::SimpleScaling)
            .adjustment_type(ScalingPolicyAdjustmentType::ChangeInCapacity)
            .scaling_adjustment(-1)
            .cooldown(COOLDOWN_SECONDS.to_string()),
    );

    let reservation = |name: &str, description: String| {
        Alarm::new()
            .alarm_name(environment.names().shared(name))
            .alarm_description(description)
            .namespace("AWS/ECS")
            .metric_name("MemoryReservation")
            .dimensions([Dimension::new("ClusterName", cluster.reference())])
            .statistic(AlarmStatistic::Average)
            .period(60)
            // Without the metric nothing is scaled.
            .treat_missing_data(AlarmTreatMissingData::NotBreaching)
    };
    template.add(
        "AboveBand",
        reservation(
            "memory-above-band",
            format!(
                "Over {} % of the cluster's memory is reserved: adds a machine",
                band.high_percent()
            ),
        )
        .comparison_operator(AlarmComparisonOperator::GreaterThanThreshold)
        .threshold(band.high_percent())
        .evaluation_periods(MINUTES_ABOVE)
        .alarm_actions([more.reference()]),
    );
    template.add(
        "BelowBand",
        reservation(
            "memory-below-band",
            format!(
                "Under {} % of the cluster's memory is reserved: takes a machine away",
                band.low_percent()
            ),
        )
        .comparison_operator(AlarmComparisonOperator::LessThanThreshold)
        .threshold(band.low_percent())
        .evaluation_periods(MINUTES_BELOW)
        .alarm_actions([fewer.reference()]),
    );
    provider
}
