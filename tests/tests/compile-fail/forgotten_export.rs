//! What is declared as exported has to be published.

use common::resources::ec2;
use common::resources::kinds::{SubnetId, VpcId};
use common::template::Template;

common::exports! {
    /// What the stack offers.
    pub struct Exports, filled by Outputs {
        /// The VPC
        vpc: VpcId = "Vpc",
        /// The subnet
        subnet: SubnetId = "Subnet",
    }
}

fn main() {
    let mut template = Template::new("");
    let vpc = template.add("Vpc", ec2::Vpc::new());
    Outputs { vpc: vpc.reference() };
}
