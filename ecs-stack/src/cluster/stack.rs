//! The stack and what it exports.

use common::environment::Environment;
use common::naming::{StackKind, StackName};
use common::resources::ecs::Cluster;
use common::resources::ecs::cluster::ClusterSettings;
use common::resources::kinds::{CapacityProviderName, ClusterName};
use common::stack::{StackArtifact, StackBuilder, StackError};
use common::template::ResourceExt as _;

use super::{alarms, capacity, draining_hook, machine_check, machines, management};

common::exports! {
    /// What the cluster offers to other stacks.
    pub struct Exports, filled by Outputs {
        /// The cluster that services run on
        cluster: ClusterName = "Cluster",
        /// The machines that tasks are placed on
        capacity_provider: CapacityProviderName = "CapacityProvider",
    }
}

#[must_use]
pub fn exports(environment: &Environment) -> Exports {
    Exports::of(&name(environment))
}

fn name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::Ecs)
}

/// Defines the stack.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stack(environment: &Environment) -> Result<StackArtifact, StackError> {
    builder(environment).finish(env!("CARGO_PKG_NAME"))
}

/// The stack before its checks.
#[must_use]
pub fn builder(environment: &Environment) -> StackBuilder {
    let network = network_stack::exports(environment);
    let mut stack = StackBuilder::new(environment, name(environment), "Cluster and machines");
    let template = &mut stack.template;

    let key = network.data_key.import();
    let insights = template.add(
        "InsightsLogGroup",
        // ECS makes the group again where it is missing, also after the cluster is gone
        // (terraform-aws-eks#2763). Kept, it can be imported by the next creation; deleted, the one
        // that ECS made would be in its way.
        common::logs::kept_group(
            environment,
            environment.names().container_insights_log_group(),
            &key,
        ),
    );
    let cluster = template.add(
        "Cluster",
        Cluster::new()
            .cluster_name(environment.names().cluster())
            .cluster_settings([ClusterSettings::new()
                .name("containerInsights")
                .value("enabled")])
            .depends_on(&insights),
    );
    let management = management::add(template, environment, &network);
    let machines = machines::add(template, environment, &network, &cluster, management);
    let hook = draining_hook::add(template, environment, &key, &machines);
    let capacity_provider = capacity::add(template, environment, &cluster, &machines, &hook);
    machines::ready(template);
    alarms::add(template, environment, &network, &cluster, &machines);
    machine_check::add(template, environment, &network.alarm_topic.import());

    Outputs {
        cluster: cluster.reference(),
        capacity_provider: capacity_provider.reference(),
    }
    .publish(&mut stack, &exports(environment));
    stack
}
