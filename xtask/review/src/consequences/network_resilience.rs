//! Ways out of the network, and data centers: how much of both may fail.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>: a NAT gateway stands in one
//! zone; machines of other zones lose the internet with it, and pay for crossing zones while it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::Change;
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::render;
use crate::environment::{Environment, Resource};

type Place = (String, String);

/// What changes in how the network survives a failure, and in the addresses that it calls from.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let (before, after) = (Network::read(change.before), Network::read(change.after));
    let mut found = Vec::new();
    found.extend(fewer_gateways(change, &before, &after));
    found.extend(ways_out(change, &before, &after));
    found.extend(fewer_zones(change, &before, &after));
    found
}

#[derive(Default)]
struct Network {
    /// The zones of the subnets.
    zones: BTreeMap<Place, String>,
    /// Where each subnet's default route leads, as far as a route table says.
    ways: BTreeMap<Place, Way>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// A NAT gateway, with its zone.
    Nat(Place, String),
    /// The internet gateway: what has a public address goes out by itself.
    Internet,
    /// Anything else.
    Other(String),
}

fn place(resource: Resource<'_>) -> Place {
    (resource.stack.to_owned(), resource.logical_id.to_owned())
}

fn path((stack, logical_id): &Place) -> String {
    format!("{stack}/{logical_id}")
}

impl Network {
    fn read(side: &Environment) -> Self {
        let mut network = Self::default();
        for subnet in side.of_type("AWS::EC2::Subnet") {
            let zone = subnet
                .property("AvailabilityZoneId")
                .or_else(|| subnet.property("AvailabilityZone"));
            if let Some(zone) = zone {
                network.zones.insert(place(subnet), render(zone));
            }
        }
        let mut by_table: BTreeMap<Place, Way> = BTreeMap::new();
        for route in side.of_type("AWS::EC2::Route") {
            let table = route
                .property("RouteTableId")
                .and_then(|table| side.target(route.stack, table));
            if let Some(table) = table
                && route.text("DestinationCidrBlock") == Some("0.0.0.0/0")
            {
                by_table.insert(place(table), network.way(side, &route));
            }
        }
        for one in side.of_type("AWS::EC2::SubnetRouteTableAssociation") {
            let target = |name: &str| Some(place(side.target(one.stack, one.property(name)?)?));
            if let (Some(subnet), Some(table)) = (target("SubnetId"), target("RouteTableId"))
                && let Some(way) = by_table.get(&table)
            {
                network.ways.insert(subnet, way.clone());
            }
        }
        network
    }

    fn way(&self, side: &Environment, route: &Resource<'_>) -> Way {
        const TARGETS: [&str; 8] = [
            "NatGatewayId",
            "GatewayId",
            "TransitGatewayId",
            "VpcPeeringConnectionId",
            "VpcEndpointId",
            "NetworkInterfaceId",
            "InstanceId",
            "EgressOnlyInternetGatewayId",
        ];
        let value = TARGETS.iter().find_map(|name| route.property(name));
        let target = value.and_then(|value| side.target(route.stack, value));
        match (value, target) {
            (_, Some(nat)) if nat.resource_type == "AWS::EC2::NatGateway" => {
                let subnet = nat
                    .property("SubnetId")
                    .and_then(|subnet| side.target(nat.stack, subnet));
                let zone = subnet.and_then(|subnet| self.zones.get(&place(subnet)));
                Way::Nat(place(nat), zone.cloned().unwrap_or_default())
            }
            (_, Some(gateway)) if gateway.resource_type == "AWS::EC2::InternetGateway" => {
                Way::Internet
            }
            (Some(value), _) => Way::Other(render(value)),
            (None, _) => Way::Other("nothing".to_owned()),
        }
    }

    /// The NAT gateways in use.
    fn gateways(&self) -> BTreeSet<&Place> {
        self.ways
            .values()
            .filter_map(|way| match way {
                Way::Nat(gateway, _) => Some(gateway),
                _ => None,
            })
            .collect()
    }

    /// The zones of the subnets that go out by NAT gateways.
    fn zones_behind(&self) -> BTreeSet<&str> {
        self.ways
            .iter()
            .filter(|(_, way)| matches!(way, Way::Nat(..)))
            .filter_map(|(subnet, _)| self.zones.get(subnet))
            .map(String::as_str)
            .collect()
    }
}

fn both(count: usize) -> String {
    match count {
        2 => "both data centers".to_owned(),
        many => format!("{many} data centers"),
    }
}

fn fewer_gateways(change: &Change<'_>, before: &Network, after: &Network) -> Option<Consequence> {
    let (old, new) = (before.gateways(), after.gateways());
    let zones = after.zones_behind();
    if new.len() >= old.len() || new.len() >= zones.len() || new.is_empty() {
        return None;
    }
    let standing: BTreeSet<&str> = after
        .ways
        .values()
        .filter_map(|way| match way {
            Way::Nat(_, zone) => Some(zone.as_str()),
            _ => None,
        })
        .collect();
    let crossing: Vec<&str> = zones.difference(&standing).copied().collect();
    let count = match new.len() {
        1 => "is the one NAT gateway".to_owned(),
        many => format!("is one of {many} NAT gateways"),
    };
    let text = format!(
        "{count} for {}: if {} fails, no machine reaches the internet; traffic of {} crosses zones, which is paid for by the gigabyte, and comes from another public address, which partners' firewalls have to list",
        both(zones.len()),
        standing.iter().copied().collect::<Vec<_>>().join(", "),
        crossing.join(", ")
    );
    let first = new.iter().next()?;
    Some(Consequence {
        from: Some(format!("{} NAT gateways", old.len())),
        to: Some(match new.len() {
            1 => "1 NAT gateway".to_owned(),
            many => format!("{many} NAT gateways"),
        }),
        ..consequence(change.after, first, Weight::Severe, Kind::Resilience, text)
    })
}

fn ways_out(change: &Change<'_>, before: &Network, after: &Network) -> Vec<Consequence> {
    let mut found = Vec::new();
    for (subnet, old) in &before.ways {
        let stays = change.after.resource(&subnet.0, &subnet.1).is_some();
        let new = after.ways.get(subnet);
        if !stays || new == Some(old) {
            continue;
        }
        let (weight, kind, text) = match (old, new) {
            (Way::Nat(from, _), Some(Way::Nat(to, _))) => (
                Weight::Severe,
                Kind::Interruption,
                format!(
                    "goes out by NAT gateway {} instead of {}: its connections are cut, and its machines call from another public address, which partners' firewalls have to list",
                    path(to),
                    path(from)
                ),
            ),
            (_, None) => (
                Weight::Severe,
                Kind::Interruption,
                "has no way out any more: its machines reach neither the internet nor AWS's endpoints, so they pull no images and do not register".to_owned(),
            ),
            (Way::Nat(from, _), Some(Way::Internet)) => (
                Weight::Severe,
                Kind::Interruption,
                format!(
                    "goes out by the internet gateway instead of NAT gateway {}: machines without a public address reach nothing outside",
                    path(from)
                ),
            ),
            (Way::Internet, Some(Way::Nat(..))) => (
                Weight::Severe,
                Kind::Interruption,
                "goes out by a NAT gateway instead of the internet gateway: what has a public address in it can't be reached any more".to_owned(),
            ),
            (_, Some(Way::Other(to))) => (
                Weight::Severe,
                Kind::Interruption,
                format!("goes out by {to}: all its traffic depends on that"),
            ),
            (Way::Other(from), Some(_)) => (
                Weight::Notable,
                Kind::Interruption,
                format!("no longer goes out by {from}: its machines call from another address"),
            ),
            (Way::Internet, Some(Way::Internet)) => continue,
        };
        found.push(consequence(change.after, subnet, weight, kind, text));
    }
    found
}

fn fewer_zones(change: &Change<'_>, before: &Network, after: &Network) -> Option<Consequence> {
    let zones =
        |network: &Network| -> BTreeSet<String> { network.zones.values().cloned().collect() };
    let (old, new) = (zones(before), zones(after));
    if new.len() >= old.len() || new.is_empty() {
        return None;
    }
    let vpc = change.after.of_type("AWS::EC2::VPC").next()?;
    let left: Vec<String> = new.iter().cloned().collect();
    let text = match left.as_slice() {
        [one] => format!(
            "has all its subnets in one data center, {one}: if that fails, everything in it fails"
        ),
        many => format!(
            "has subnets in {} data centers only, {}",
            many.len(),
            many.join(", ")
        ),
    };
    Some(Consequence {
        from: Some(old.into_iter().collect::<Vec<_>>().join(", ")),
        to: Some(left.join(", ")),
        ..consequence(
            change.after,
            &place(vpc),
            Weight::Severe,
            Kind::Resilience,
            text,
        )
    })
}

fn consequence(
    side: &Environment,
    (stack, logical_id): &Place,
    weight: Weight,
    kind: Kind,
    text: String,
) -> Consequence {
    side.consequence(stack, logical_id, weight, kind, text)
}
