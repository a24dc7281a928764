//! A VPC's tenancy is one of few, not any text.

use common::resources::ec2;

fn main() {
    ec2::Vpc::new().instance_tenancy("shared");
}
