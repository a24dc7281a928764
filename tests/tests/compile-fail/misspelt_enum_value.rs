//! A VPC's tenancy is `dedicated`.

use common::resources::ec2;

fn main() {
    ec2::Vpc::new().instance_tenancy(ec2::vpc::VpcInstanceTenancy::Dedicatd);
}
