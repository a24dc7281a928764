//! A route is in a route table, not in a VPC.

use common::resources::ec2;
use common::template::Template;

fn main() {
    let mut template = Template::new("");
    let vpc = template.add("Vpc", ec2::Vpc::new());
    ec2::Route::new(vpc.reference());
}
