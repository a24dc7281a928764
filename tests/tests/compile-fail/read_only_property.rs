//! The default security group of a VPC comes with it.

use common::resources::ec2;

fn main() {
    ec2::Vpc::new().default_security_group("sg-0123456789abcdef0");
}
