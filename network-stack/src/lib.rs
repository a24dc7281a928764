//! The network stack: the private network of an environment, and what everything in it shares.
//!
//! Public and private subnets in two data centres, the ways in and out, all security groups, the
//! peering with the database, the key that data is encrypted with and the topic that alarms go
//! to, and what the entry keeps. Nothing here serves an application directly.

mod access_logs;
mod data_key;
mod database;
mod default_security_group;
mod entry_addresses;
mod flow_logs;
mod gateways;
pub mod security_groups;
mod vpc;

use common::alarm_topic::{self, Publisher};
use common::environment::{Environment, Zonal};
use common::naming::{StackKind, StackName};
use common::resources::kinds::{BucketName, KeyArn, SecurityGroupId, SubnetId, TopicArn, VpcId};
use common::stack::{StackArtifact, StackBuilder, StackError};
use common::template::Value;

pub use entry_addresses::entry_addresses;

common::exports! {
    /// What the network offers to other stacks.
    pub struct Exports, filled by Outputs {
        /// The private network
        vpc: VpcId = "Vpc",
        /// Public subnet in the first data centre
        public_subnet_a: SubnetId = "PublicSubnetA",
        /// Public subnet in the second data centre
        public_subnet_b: SubnetId = "PublicSubnetB",
        /// Private subnet in the first data centre
        private_subnet_a: SubnetId = "PrivateSubnetA",
        /// Private subnet in the second data centre
        private_subnet_b: SubnetId = "PrivateSubnetB",
        /// Admits the internet on 80 and 443
        entry_security_group: SecurityGroupId = "EntrySecurityGroup",
        /// Admits only the entry
        load_balancer_security_group: SecurityGroupId = "LoadBalancerSecurityGroup",
        /// Admits only the load balancer
        machine_security_group: SecurityGroupId = "MachineSecurityGroup",
        /// Encrypts what the environment stores
        data_key: KeyArn = "DataKey",
        /// Where alarms go
        alarm_topic: TopicArn = "AlarmTopic",
        /// Where the load balancer's access logs go
        access_log_bucket: BucketName = "AccessLogBucket",
    }
}

impl Exports {
    /// The public subnets, one per data centre, in a stack that imports them.
    #[must_use]
    pub fn public_subnets(&self) -> Zonal<Value<SubnetId>> {
        Zonal {
            first: self.public_subnet_a.import(),
            second: self.public_subnet_b.import(),
        }
    }

    /// The private subnets, one per data centre, in a stack that imports them.
    #[must_use]
    pub fn private_subnets(&self) -> Zonal<Value<SubnetId>> {
        Zonal {
            first: self.private_subnet_a.import(),
            second: self.private_subnet_b.import(),
        }
    }
}

/// The exports of the network stack of an environment.
#[must_use]
pub fn exports(environment: &Environment) -> Exports {
    Exports::of(&name(environment))
}

fn name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::Network)
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
    let mut stack = StackBuilder::new(environment, name(environment), "Private network");
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
