//! The load balancer stack: the only entry to an environment.
//!
//! One application load balancer in both data centres, its listeners and certificate, the network
//! load balancer with static addresses in front of it where they are wanted, the firewall on it,
//! alarms and a dashboard. Applications attach to the HTTPS listener from their own
//! stacks; nothing here changes when one comes or goes.

mod alarms;
mod certificate;
mod dashboard;
mod dns;
mod firewall;
mod listeners;
mod load_balancer;
mod static_ip;

use common::environment::Environment;
use common::naming::{StackKind, StackName};
use common::resources::kinds::ListenerArn;
use common::stack::{StackArtifact, StackBuilder, StackError};
use common::template::Kind;

/// The dimension value of a load balancer's metrics: `app/<name>/<id>`.
#[derive(Debug)]
pub enum LoadBalancerFullName {}

impl Kind for LoadBalancerFullName {
    const NAME: &'static str = "LoadBalancerFullName";
}

common::exports! {
    /// What the load balancer offers to other stacks.
    pub struct Exports, filled by Outputs {
        /// The listener that applications attach their rules to
        https_listener: ListenerArn = "HttpsListener",
        /// What the metrics of the load balancer are found by
        full_name: LoadBalancerFullName = "LoadBalancerFullName",
    }
}

/// The exports of the load balancer stack of an environment.
#[must_use]
pub fn exports(environment: &Environment) -> Exports {
    Exports::of(&name(environment))
}

fn name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::LoadBalancer)
}

/// Defines the stack.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stacks(environment: &Environment) -> Result<Vec<StackArtifact>, StackError> {
    Ok(vec![builder(environment).finish(env!("CARGO_PKG_NAME"))?])
}

/// The stack before its checks.
#[must_use]
pub fn builder(environment: &Environment) -> StackBuilder {
    let network = network_stack::exports(environment);
    let mut stack = StackBuilder::new(environment, name(environment), "The way in");
    let template = &mut stack.template;

    let load_balancer = load_balancer::add(template, environment, &network);
    let certificate = certificate::add(template, environment);
    let listeners = listeners::add(template, &load_balancer, &certificate);
    firewall::add(template, environment, &network, &load_balancer);
    let entry = match network_stack::entry_addresses(environment) {
        Some(addresses) => static_ip::add(
            template,
            environment,
            &network,
            &load_balancer,
            addresses,
            &listeners,
        ),
        None => dns::Entry::of(&load_balancer),
    };
    dns::add(template, environment, &entry);
    alarms::add(
        template,
        environment,
        &network,
        &load_balancer,
        &certificate,
    );
    dashboard::add(template, environment);

    Outputs {
        https_listener: listeners.https.reference(),
        full_name: load_balancer.attr_load_balancer_full_name().cast(),
    }
    .publish(&mut stack, &exports(environment));
    stack
}
