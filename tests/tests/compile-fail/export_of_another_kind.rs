//! What is exported is of the declared kind.

use common::resources::ec2;
use common::resources::kinds::SubnetId;
use common::template::Template;

common::exports! {
    /// What the stack offers.
    pub struct Exports, filled by Outputs {
        /// The subnet
        subnet: SubnetId = "Subnet",
    }
}

fn main() {
    let mut template = Template::new("");
    let vpc = template.add("Vpc", ec2::Vpc::new());
    Outputs { subnet: vpc.reference() };
}
