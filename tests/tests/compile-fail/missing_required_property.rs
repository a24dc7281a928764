//! A subnet is in a VPC.

use common::resources::ec2;

fn main() {
    ec2::Subnet::new();
}
