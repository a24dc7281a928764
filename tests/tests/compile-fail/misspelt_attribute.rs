//! A VPC has a `CidrBlock`.

use common::resources::ec2;
use common::template::Template;

fn main() {
    let mut template = Template::new("");
    let vpc = template.add("Vpc", ec2::Vpc::new());
    vpc.attr_cidr_blok();
}
