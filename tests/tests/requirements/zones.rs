//! Two data centres: what is in one is in the other.

use std::collections::{BTreeMap, BTreeSet};

use common::environment::Nat;
use tests::template::walk;
use tests::{Place, Resource, Synthesis, synthesized};

/// The zone of every subnet.
fn subnets(synthesis: &Synthesis) -> BTreeMap<Place<'_>, &str> {
    synthesis
        .of_type("AWS::EC2::Subnet")
        .map(|subnet| {
            let zone = subnet.property("AvailabilityZoneId").as_str();
            (
                subnet.place,
                zone.unwrap_or_else(|| panic!("{:?} names no zone id", subnet.place)),
            )
        })
        .collect()
}

/// The zones of the subnets that a resource refers to.
fn zones_of<'a>(synthesis: &'a Synthesis, resource: &Resource<'a>) -> BTreeSet<&'a str> {
    let subnets = subnets(synthesis);
    Synthesis::values(resource)
        .into_iter()
        .filter_map(|value| synthesis.target(resource.place.stack, value))
        .filter_map(|place| subnets.get(&place).copied())
        .collect()
}

#[test]
fn subnets_are_in_the_two_zones_of_the_environment() {
    for synthesis in synthesized() {
        let zones = &synthesis.environment.zones;
        let mut counts = BTreeMap::new();
        for zone in subnets(synthesis).into_values() {
            *counts.entry(zone.to_owned()).or_insert(0) += 1;
        }
        let expected = [&zones.first, &zones.second].map(|zone| (zone.to_string(), 2));
        assert_eq!(counts, BTreeMap::from(expected));
    }
}

#[test]
fn what_is_in_one_zone_is_in_the_other() {
    for synthesis in synthesized() {
        let zones: BTreeSet<&str> = subnets(synthesis).into_values().collect();
        let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for resource in synthesis.resources() {
            let of_resource = zones_of(synthesis, &resource);
            match Vec::from_iter(of_resource).as_slice() {
                [] => {}
                [zone] => {
                    *counts
                        .entry(resource.kind)
                        .or_default()
                        .entry(zone)
                        .or_default() += 1
                }
                both => assert_eq!(BTreeSet::from_iter(both.iter().copied()), zones),
            }
        }
        if synthesis.environment.network.nat == Nat::Single {
            let nat = counts.remove("AWS::EC2::NatGateway").unwrap();
            assert_eq!(Vec::from_iter(nat.into_values()), [1]);
        }
        assert!(!counts.is_empty());
        for (kind, by_zone) in counts {
            let counts: Vec<usize> = by_zone.values().copied().collect();
            let even = counts.len() == 2 && counts.windows(2).all(|pair| pair[0] == pair[1]);
            assert!(
                even,
                "{kind} in {}: {by_zone:?}",
                synthesis.environment.name
            );
        }
    }
}

#[test]
fn a_private_subnet_has_a_way_out_and_none_in() {
    for synthesis in synthesized() {
        let routes: Vec<Resource<'_>> = synthesis.of_type("AWS::EC2::Route").collect();
        for association in synthesis.of_type("AWS::EC2::SubnetRouteTableAssociation") {
            let stack = association.place.stack;
            let table = synthesis
                .target(stack, association.property("RouteTableId"))
                .unwrap();
            let subnet = synthesis
                .target(stack, association.property("SubnetId"))
                .unwrap();
            let defaults: Vec<&Resource<'_>> = routes
                .iter()
                .filter(|route| {
                    synthesis.target(stack, route.property("RouteTableId")) == Some(table)
                        && route.property("DestinationCidrBlock") == "0.0.0.0/0"
                })
                .collect();
            let [default] = defaults.as_slice() else {
                panic!("{table:?}: {defaults:?}")
            };
            let through = if subnet.id.starts_with("Public") {
                "GatewayId"
            } else {
                "NatGatewayId"
            };
            assert!(!default.property(through).is_null(), "{subnet:?}");
        }
    }
}

/// A zone is named by its id, which is the same building in every account.
#[test]
fn no_zone_is_named_by_its_name() {
    for synthesis in synthesized() {
        for (stack, template) in &synthesis.templates {
            walk(template, &mut |value| {
                assert!(value.get("AvailabilityZone").is_none(), "{stack}: {value}");
                assert!(value.get("AvailabilityZones").is_none(), "{stack}: {value}");
            });
        }
    }
}
