//! The stack and the service in it.

use common::application::Application;
use common::environment::Environment;
use common::naming::{StackKind, StackName};
use common::resources::ecs::Service;
use common::resources::ecs::service::{
    CapacityProviderStrategyItem, DeploymentAlarms, DeploymentCircuitBreaker,
    DeploymentConfiguration, LoadBalancer, PlacementStrategy, PlacementStrategyType,
    ServiceAvailabilityZoneRebalancing, ServicePropagateTags, ServiceSchedulingStrategy,
};
use common::resources::kinds::AlarmName;
use common::stack::{StackArtifact, StackBuilder, StackError};
use common::template::{Declared, Parameter, ResourceExt as _, Value};

use super::{alarms, ingress, scaling, task};

/// The parameter that holds the image's digest.
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
    builder(environment, application).finish(crate::CRATE)
}

/// The stack before its checks.
#[must_use]
pub fn builder(environment: &Environment, application: &Application) -> StackBuilder {
    let mut stack = StackBuilder::new(
        environment,
        name(environment, application),
        &format!("What runs of {}", application.name),
    )
    .of_application(&application.name);
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
        // Both data centres first, then as few machines as will do.
        .placement_strategies([
            PlacementStrategy::new(PlacementStrategyType::Spread)
                .field("attribute:ecs.availability-zone"),
            PlacementStrategy::new(PlacementStrategyType::Binpack).field("memory"),
        ])
        .availability_zone_rebalancing(ServiceAvailabilityZoneRebalancing::Enabled)
        .deployment_configuration(deployment(&watched))
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
fn deployment(watched: &[Value<AlarmName>]) -> DeploymentConfiguration {
    DeploymentConfiguration::new()
        .minimum_healthy_percent(100)
        .maximum_percent(200)
        .deployment_circuit_breaker(DeploymentCircuitBreaker::new(true, true))
        .alarms(DeploymentAlarms::new(watched.to_vec(), true, true))
}
