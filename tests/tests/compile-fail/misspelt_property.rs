//! A VPC has a `CidrBlock`.

use common::resources::ec2;

fn main() {
    ec2::Vpc::new().cidr_blok("10.0.0.0/16");
}
