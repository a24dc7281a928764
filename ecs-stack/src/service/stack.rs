//! The stack and its ECS service.

use common::application::Application;
use common::environment::Environment;
use common::naming::{StackKind, StackName};
use common::resources::ecs::Service;
use common::resources::ecs::service::{
    CapacityProviderStrategyItem, DeploymentAlarms, DeploymentCircuitBreaker,
    DeploymentConfiguration, LoadBalancer, PlacementStrategy, PlacementStrategyType,
    ServiceAvailabilityZoneRebalancing, ServicePropagateTags, ServiceSchedulingStrategy,
    ThresholdConfiguration, ThresholdConfigurationType,
};
use common::resources::kinds::AlarmName;
use common::stack::{StackArtifact, StackBuilder, StackError};
use common::template::{Declared, Parameter, ResourceExt as _, Value};

use super::{alarms, ingress, scaling, task};

pub const IMAGE_DIGEST: &str = "ImageDigest";

fn name(environment: &Environment, application: &Application) -> StackName {
    environment
        .names()
        .stack(&StackKind::Service(application.name.clone()))
}

/// Defines the stack. It exports nothing.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stack(
    environment: &Environment,
    application: &Application,
) -> Result<StackArtifact, StackError> {
    builder(environment, application).finish(env!("CARGO_PKG_NAME"))
}

/// The stack before its checks.
#[must_use]
pub fn builder(environment: &Environment, application: &Application) -> StackBuilder {
    let mut stack = StackBuilder::new(
        environment,
        name(environment, application),
        &format!("What runs of {}", application.name),
    )
    .for_application(&application.name);
    let template = &mut stack.template;

    let digest = template.parameter(
        IMAGE_DIGEST,
        Parameter::string("Digest of the image to run; given by the application's pipeline")
            .pattern(
                "sha256:[0-9a-f]{64}",
                "the digest of an image: sha256: and 64 hexadecimals",
            ),
    );
    let task = task::add(template, environment, application, digest);
    let ingress = application
        .ingress
        .as_ref()
        .map(|entry| ingress::add(template, environment, application, entry));
    let watched = alarms::add(template, environment, application, ingress.as_ref());

    let cluster = crate::cluster::exports(environment);
    let service = Service::new()
        .service_name(environment.names().service(&application.name))
        .cluster(cluster.cluster.import())
        .task_definition(task.reference())
        .scheduling_strategy(ServiceSchedulingStrategy::Replica)
        .capacity_provider_strategy([CapacityProviderStrategyItem::new()
            .capacity_provider(cluster.capacity_provider.import())
            .weight(1)])
        // Both data centres first, then as few machines as will do. Rebalancing allows any second
        // strategy where the first spreads over zones.
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
        .placement_strategies([
            PlacementStrategy::new(PlacementStrategyType::Spread)
                .field("attribute:ecs.availability-zone"),
            PlacementStrategy::new(PlacementStrategyType::Binpack).field("memory"),
        ])
        .availability_zone_rebalancing(ServiceAvailabilityZoneRebalancing::Enabled)
        .deployment_configuration(deployment(application, &watched))
        .enable_execute_command(false)
        .enable_ecs_managed_tags(true)
        .propagate_tags(ServicePropagateTags::Service);
    let service: Declared<Service> = match (&ingress, application.container_port) {
        (Some(ingress), Some(port)) => service
            .health_check_grace_period_seconds(ingress.grace_seconds)
            .load_balancers([LoadBalancer::new()
                .container_name(application.name.as_str())
                .container_port(port)
                .target_group_arn(ingress.target_group.reference())])
            // ECS refuses a target group that no listener knows yet.
            .depends_on(&ingress.rule),
        _ => service.into(),
    };
    let service = template.add("Service", service);
    scaling::add(template, environment, application, &service);
    stack
}

/// New tasks before old ones go; back to the old ones when the new ones don't stay up, or an
/// alarm goes off.
///
/// Failures are counted over the whole deployment. By default the count would begin again with each
/// task that is healthy once, and a version whose tasks crash a little later would hold the stack
/// for as long as CloudFormation waits for a service, 36 hours.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html>
fn deployment(application: &Application, watched: &[Value<AlarmName>]) -> DeploymentConfiguration {
    let breaker = DeploymentCircuitBreaker::new(true, true)
        .reset_on_healthy_task(false)
        .threshold_configuration(ThresholdConfiguration::new(
            ThresholdConfigurationType::Count,
            failures(application.tasks.max),
        ));
    DeploymentConfiguration::new()
        .minimum_healthy_percent(100)
        .maximum_percent(200)
        .deployment_circuit_breaker(breaker)
        .alarms(DeploymentAlarms::new(watched.to_vec(), true, true))
}

/// How many failures end a deployment: what a single bad version takes minutes to reach, and what the
/// loss of one machine in the middle of a deployment, with half of the tasks on it, doesn't.
const fn failures(tasks: u32) -> u32 {
    let half_lost_and_some = tasks / 2 + 3;
    if half_lost_and_some > 5 {
        half_lost_and_some
    } else {
        5
    }
}
