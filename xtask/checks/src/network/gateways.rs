//! NAT gateways and peering connections, with the networks that they connect.

use std::collections::BTreeSet;

use crate::finding::Report;
use crate::model::{Identity, Model, Presence, Resource};
use crate::rule::{Evidence, Rule, Severity};

use super::addresses::vpc_blocks;

pub(super) static PEERS_OVERLAP: Rule = Rule {
    code: "network/peers-overlap",
    severity: Severity::Error,
    summary: "a peering connection between VPCs with overlapping addresses",
    why: "EC2 fails the peering connection.",
    fix: "Give the VPCs ranges that don't overlap.",
    source: "https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static NAT_LOOP: Rule = Rule {
    code: "network/nat-loop",
    severity: Severity::Error,
    summary: "a NAT gateway in a subnet whose default route leads to a NAT gateway",
    why: "What the gateway sends comes back to a NAT gateway instead of leaving the VPC: no subnet behind it reaches the internet.",
    fix: "Put the NAT gateway into a subnet whose default route leads to an internet gateway.",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static ONE_NAT: Rule = Rule {
    code: "network/one-nat",
    severity: Severity::Info,
    summary: "one NAT gateway for subnets in several Availability Zones",
    why: "When the gateway's zone fails, the subnets in the other zones lose the internet too, and traffic between zones is charged.",
    fix: "Create a NAT gateway in each zone, with a route table for each.",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    evidence: Evidence::EveryVariant,
};

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for peering in model.resources("AWS::EC2::VPCPeeringConnection") {
        peers_overlap(model, report, peering);
    }
    for gateway in model.resources("AWS::EC2::NatGateway") {
        nat_loop(model, report, gateway);
        one_nat(model, report, gateway);
    }
}

fn peers_overlap<'m>(model: &'m Model<'m>, report: &mut Report<'m>, peering: Resource<'m>) {
    let vpc = |name| peering.property(name).resource_of("AWS::EC2::VPC");
    let (Some(own), Some(peer)) = (vpc("VpcId"), vpc("PeerVpcId")) else {
        return;
    };
    let (Some(own), Some(others)) = (vpc_blocks(model, own), vpc_blocks(model, peer)) else {
        return;
    };
    let overlap = own.iter().find_map(|one| {
        let other = others
            .iter()
            .find(|other| other.contains(one) || one.contains(*other))?;
        Some((one, other))
    });
    if let Some((one, other)) = overlap {
        let message = format!("{one} overlaps with {other} of the peer");
        report.add(
            &PEERS_OVERLAP,
            peering.property("PeerVpcId").place(),
            message,
        );
    }
}

/// The default routes for IPv4 of a route table.
fn default_routes<'m>(
    model: &'m Model<'m>,
    table: &Identity<'m>,
) -> impl Iterator<Item = Resource<'m>> {
    model.resources("AWS::EC2::Route").filter(|route| {
        let destination = route.property("DestinationCidrBlock");
        destination.text().as_deref() == Some("0.0.0.0/0")
            && route.property("RouteTableId").identity().as_ref() == Some(table)
    })
}

/// The route tables that a subnet is associated with for certain: one, or none.
fn tables<'m>(model: &'m Model<'m>, subnet: &Identity<'m>) -> impl Iterator<Item = Identity<'m>> {
    model
        .resources("AWS::EC2::SubnetRouteTableAssociation")
        .filter(|one| one.property("SubnetId").identity().as_ref() == Some(subnet))
        .filter_map(|one| one.property("RouteTableId").identity())
}

fn nat_loop<'m>(model: &'m Model<'m>, report: &mut Report<'m>, gateway: Resource<'m>) {
    // A private one translates between networks only.
    let connectivity = gateway.property("ConnectivityType");
    if !connectivity.is_absent() && connectivity.text().as_deref() != Some("public") {
        return;
    }
    let node = gateway.property("SubnetId");
    let Some(subnet) = node.identity() else {
        return;
    };
    let route = tables(model, &subnet)
        .flat_map(|table| default_routes(model, &table).collect::<Vec<_>>())
        .find(|route| {
            let target = route.property("NatGatewayId");
            target.resource_of("AWS::EC2::NatGateway").is_some()
        });
    if let Some(route) = route {
        let name = route.name_from(gateway.id.stack);
        let message = format!("the default route of this subnet, {name}, leads to a NAT gateway");
        report.add(&NAT_LOOP, node.place(), message);
    }
}

fn one_nat<'m>(model: &'m Model<'m>, report: &mut Report<'m>, gateway: Resource<'m>) {
    let mut zones: Vec<Identity<'m>> = Vec::new();
    let mut subnets = BTreeSet::new();
    for route in model.resources("AWS::EC2::Route") {
        let Some(table) = route.property("RouteTableId").identity() else {
            continue;
        };
        if route.property("NatGatewayId").resource() != Some(gateway) {
            continue;
        }
        for association in model.resources("AWS::EC2::SubnetRouteTableAssociation") {
            let subnet = association.property("SubnetId");
            let Some(subnet) = subnet.resource_of("AWS::EC2::Subnet") else {
                continue;
            };
            if association.property("RouteTableId").identity().as_ref() != Some(&table)
                || subnet.presence() != Presence::Present
            {
                continue;
            }
            let zone = subnet.property("AvailabilityZoneId").identity();
            let zone = zone.or_else(|| subnet.property("AvailabilityZone").identity());
            if let Some(zone) = zone
                && !zones.contains(&zone)
            {
                zones.push(zone);
                subnets.insert(subnet.name_from(gateway.id.stack));
            }
        }
    }
    if zones.len() > 1 {
        let names: Vec<String> = subnets.into_iter().collect();
        let message = format!(
            "{} lead here, each from a zone of its own",
            names.join(" and ")
        );
        report.add(&ONE_NAT, gateway.at(""), message);
    }
}
