//! VPCs: addresses, routes, security groups.

mod addresses;
mod security_groups;

use crate::finding::Report;
use crate::model::Model;
use crate::registry::Group;

pub(crate) static GROUP: Group = Group {
    rules: &[
        &addresses::SUBNETS_OVERLAP,
        &addresses::SUBNET_OUTSIDE_VPC,
        &security_groups::PORTS_INVERTED,
    ],
    check,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    addresses::check(model, report);
    security_groups::check(model, report);
}
