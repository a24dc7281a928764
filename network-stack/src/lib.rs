//! The network stack: an environment's VPC, and the resources that its other stacks share.
//!
//! Public and private subnets in two data centres (Availability Zones), gateways and routes, all security
//! groups, the peering with the database, the data key, the alarm topic, and the entry's addresses and
//! access logs. Nothing here serves an application directly.

mod access_logs;
mod data_key;
mod database;
mod default_security_group;
mod entry_addresses;
mod exports;
mod flow_logs;
mod gateways;
pub mod security_groups;
mod vpc;

use common::alarm_topic::{self, Publisher};
use common::environment::Environment;
use common::stack::{StackArtifact, StackBuilder, StackError};

pub use exports::{Exports, Outputs, entry_addresses, exports};

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
    let mut stack = StackBuilder::new(
        environment,
        exports::stack_name(environment),
        "Private network",
    );
    let data_key = data_key::add(&mut stack.template, environment);
    let alarm_topic = alarm_topic::add(
        &mut stack.template,
        environment,
        "alarms",
        &data_key,
        &[Publisher::Alarms, Publisher::Rules],
    );
    let network = vpc::add(&mut stack.template, environment);
    let private_routes = gateways::add(&mut stack.template, environment, &network);
    default_security_group::add(&mut stack.template, environment, &network.vpc, &data_key);
    flow_logs::add(&mut stack.template, environment, &network.vpc, &data_key);
    let access_logs = access_logs::add(&mut stack.template, environment);
    let groups = security_groups::add(&mut stack.template, environment, &network.vpc);
    database::add(&mut stack, environment, &private_routes);
    entry_addresses::add(&mut stack, environment);

    Outputs {
        vpc: network.vpc.reference(),
        public_subnet_a: network.public.first.reference(),
        public_subnet_b: network.public.second.reference(),
        private_subnet_a: network.private.first.reference(),
        private_subnet_b: network.private.second.reference(),
        entry_security_group: groups.entry,
        load_balancer_security_group: groups.load_balancer,
        machine_security_group: groups.machines,
        data_key: data_key.attr_arn(),
        alarm_topic: alarm_topic.reference(),
        access_log_bucket: access_logs.reference(),
    }
    .publish(&mut stack, &exports(environment));
    stack
}
