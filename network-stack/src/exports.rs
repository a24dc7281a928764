//! The exports of the network stack.

use common::environment::{Environment, Ingress, Zonal};
use common::export::Export;
use common::naming::{StackKind, StackName};
use common::resources::kinds::{
    AllocationId, BucketName, KeyArn, SecurityGroupId, SubnetId, TopicArn, VpcId,
};
use common::template::Value;

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
    Exports::of(&stack_name(environment))
}

pub(crate) fn stack_name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::Network)
}

/// The exports of the addresses, one per data centre, where the environment has them.
#[must_use]
pub fn entry_addresses(environment: &Environment) -> Option<Zonal<Export<AllocationId>>> {
    let export = |label: &str| Export::new(stack_name(environment), entry_address_id(label));
    (environment.ingress == Ingress::StaticIp).then(|| Zonal {
        first: export("A"),
        second: export("B"),
    })
}

pub(crate) fn entry_address_id(label: &str) -> String {
    format!("EntryAddress{label}")
}
