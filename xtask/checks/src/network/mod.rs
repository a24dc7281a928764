//! VPCs: addresses, routes, security groups.

mod addresses;
mod gateways;
mod routes;
mod security_groups;
mod zones;

use crate::finding::Report;
use crate::model::Model;
use crate::registry::Group;

pub(crate) static GROUP: Group = Group {
    rules: &[
        &addresses::SUBNETS_OVERLAP,
        &addresses::SUBNET_OUTSIDE_VPC,
        &routes::ROUTE_TARGET,
        &routes::ROUTE_TWICE,
        &routes::ROUTE_BEFORE_ATTACHMENT,
        &routes::GATEWAY_UNATTACHED,
        &gateways::PEERS_OVERLAP,
        &gateways::NAT_LOOP,
        &gateways::ONE_NAT,
        &security_groups::PORTS_INVERTED,
        &security_groups::RULE_SOURCE,
        &security_groups::OPEN_ADMIN_PORT,
        &zones::OF_ANOTHER_REGION,
    ],
    check,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    addresses::check(model, report);
    routes::check(model, report);
    gateways::check(model, report);
    security_groups::check(model, report);
    zones::check(model, report);
}
