//! The scaling of an application by CPU utilization, from its minimum to its maximum number of tasks.
//!
//! The service itself has no desired count: every deployment would reset what scaling has decided
//! (cloudformation-coverage-roadmap#187).

use common::application::Application;
use common::environment::Environment;
use common::resources::applicationautoscaling::scalable_target::{
    ScalableTargetRequired, ScalableTargetScalableDimension, ScalableTargetServiceNamespace,
};
use common::resources::applicationautoscaling::scaling_policy::{
    PredefinedMetricSpecification, PredefinedMetricSpecificationPredefinedMetricType,
    ScalingPolicyType, TargetTrackingScalingPolicyConfiguration,
};
use common::resources::applicationautoscaling::{ScalableTarget, ScalingPolicy};
use common::resources::{Handle, ecs};
use common::template::{Template, Value, sub};

/// The target CPU utilization, in percent of what a task reserves. A reservation is a
/// small share of a machine, and a container may use what its machine has to spare: a start or a
/// burst above it is no reason for more tasks, twice the reservation for minutes is.
const CPU_TARGET_PERCENT: u32 = 200;

/// Adds the scalable target, and a scaling policy unless minimum and maximum are equal.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
    service: &Handle<ecs::Service>,
) {
    let cluster = crate::cluster::exports(environment).cluster.import();
    let resource: Value<String> = sub("service/${Cluster}/${Service}")
        .with::<String>("Cluster", cluster)
        .with("Service", service.attr_name())
        .into();
    let tasks = application.tasks;
    let range = template.add(
        "Tasks",
        ScalableTarget::new(ScalableTargetRequired {
            service_namespace: ScalableTargetServiceNamespace::Ecs.into(),
            resource_id: resource,
            scalable_dimension: ScalableTargetScalableDimension::EcsServiceDesiredCount.into(),
            min_capacity: tasks.min.into(),
            max_capacity: tasks.max.into(),
        }),
    );
    if tasks.min == tasks.max {
        return;
    }
    let cpu = TargetTrackingScalingPolicyConfiguration::new(CPU_TARGET_PERCENT)
        .predefined_metric_specification(PredefinedMetricSpecification::new(
            PredefinedMetricSpecificationPredefinedMetricType::EcsServiceAverageCpuUtilization,
        ))
        .scale_out_cooldown(60)
        .scale_in_cooldown(300);
    template.add(
        "TaskScaling",
        ScalingPolicy::new(
            format!("{}-cpu", environment.names().task_family(&application.name)),
            ScalingPolicyType::TargetTrackingScaling,
        )
        .scaling_target_id(range.reference())
        .target_tracking_scaling_policy_configuration(cpu),
    );
}
