//! A subnet is exported where a VPC is wanted.

use common::environment::Environment;
use common::resources::ec2;

fn define(environment: &Environment) {
    let network = network_stack::exports(environment);
    ec2::Subnet::new(network.public_subnet_a.import());
}

fn main() {}
