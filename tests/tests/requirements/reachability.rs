//! Reachability, computed from the security groups of all templates: a connection is
//! possible where the sender's group lets it out and the receiver's lets it in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;
use tests::{Place, Synthesis, synthesized};

const ANYWHERE: &str = "0.0.0.0/0";

/// One end of a connection.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End<'a> {
    Group(Place<'a>),
    Block(&'a str),
}

impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(place) => write!(f, "{}", place.id),
            Self::Block(ANYWHERE) => write!(f, "internet"),
            Self::Block(block) => write!(f, "{block}"),
        }
    }
}

/// A rule of a security group: who is at the other end, and the ports.
struct Rule<'a> {
    other: End<'a>,
    protocol: String,
    ports: (u64, u64),
}

/// The rules of a security group.
#[derive(Default)]
struct Group<'a> {
    ingress: Vec<Rule<'a>>,
    egress: Vec<Rule<'a>>,
}

fn rule<'a>(synthesis: &'a Synthesis, stack: &'a str, json: &'a Value) -> Rule<'a> {
    let group = ["SourceSecurityGroupId", "DestinationSecurityGroupId"]
        .into_iter()
        .find_map(|property| synthesis.target(stack, &json[property]));
    let block = json["CidrIp"].as_str();
    let other = match (group, block) {
        (Some(place), None) => End::Group(place),
        (None, Some(block)) => End::Block(block),
        _ => panic!("{stack}: the other end is neither one group nor one block: {json}"),
    };
    let protocol = json["IpProtocol"].as_str().unwrap().to_owned();
    let port = |name: &str| {
        json[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{stack}: a rule without {name}: {json}"))
    };
    Rule {
        other,
        protocol,
        ports: (port("FromPort"), port("ToPort")),
    }
}

fn groups(synthesis: &Synthesis) -> BTreeMap<Place<'_>, Group<'_>> {
    let mut groups: BTreeMap<Place<'_>, Group<'_>> = BTreeMap::new();
    for resource in synthesis.of_type("AWS::EC2::SecurityGroup") {
        let rules = |property: &str| {
            let rules = resource.property(property).as_array().into_iter().flatten();
            rules
                .map(|json| rule(synthesis, resource.place.stack, json))
                .collect()
        };
        let group = Group {
            ingress: rules("SecurityGroupIngress"),
            egress: rules("SecurityGroupEgress"),
        };
        // EC2 lets everything out of a group that names no egress.
        assert!(
            !group.egress.is_empty(),
            "{:?} names no egress",
            resource.place
        );
        groups.insert(resource.place, group);
    }
    for resource in synthesis.resources() {
        let stack = resource.place.stack;
        let of = || {
            synthesis
                .target(stack, resource.property("GroupId"))
                .unwrap()
        };
        let rule = || rule(synthesis, stack, &resource.json["Properties"]);
        match resource.kind {
            "AWS::EC2::SecurityGroupIngress" => groups.get_mut(&of()).unwrap().ingress.push(rule()),
            "AWS::EC2::SecurityGroupEgress" => groups.get_mut(&of()).unwrap().egress.push(rule()),
            _ => {}
        }
    }
    groups
}

/// Every possible connection: `sender → receiver protocol first–last`.
fn connections(synthesis: &Synthesis) -> BTreeSet<String> {
    let groups = groups(synthesis);
    let mut connections = BTreeSet::new();
    let mut connect = |from: &End<'_>, to: &End<'_>, protocol: &str, (first, last): (u64, u64)| {
        if first <= last {
            connections.insert(format!("{from} → {to} {protocol} {first}–{last}"));
        }
    };
    for (place, group) in &groups {
        let this = End::Group(*place);
        for rule in &group.egress {
            if let End::Block(_) = rule.other {
                connect(&this, &rule.other, &rule.protocol, rule.ports);
            }
        }
        for rule in &group.ingress {
            match &rule.other {
                End::Block(_) => connect(&rule.other, &this, &rule.protocol, rule.ports),
                End::Group(sender) => {
                    for out in groups[sender].egress.iter().filter(|out| out.other == this) {
                        assert_eq!(out.protocol, rule.protocol);
                        let first = out.ports.0.max(rule.ports.0);
                        let last = out.ports.1.min(rule.ports.1);
                        connect(&rule.other, &this, &rule.protocol, (first, last));
                    }
                }
            }
        }
    }
    connections
}

#[test]
fn edge_to_load_balancer_to_machines_to_database_and_nothing_else() {
    for synthesis in synthesized() {
        let mut expected = BTreeSet::from([
            "internet → EntrySecurityGroup tcp 80–80".to_owned(),
            "internet → EntrySecurityGroup tcp 443–443".to_owned(),
            "EntrySecurityGroup → LoadBalancerSecurityGroup tcp 80–80".to_owned(),
            "EntrySecurityGroup → LoadBalancerSecurityGroup tcp 443–443".to_owned(),
            "LoadBalancerSecurityGroup → MachineSecurityGroup tcp 32768–60999".to_owned(),
            "MachineSecurityGroup → internet tcp 443–443".to_owned(),
        ]);
        if let Some(atlas) = &synthesis.environment.atlas {
            expected.insert(format!(
                "MachineSecurityGroup → {} tcp 27015–27017",
                atlas.cidr
            ));
        }
        assert_eq!(
            connections(synthesis),
            expected,
            "in {}",
            synthesis.environment.name
        );
    }
}

/// An egress rule without its ingress rule, or the other way round, is a mistake in one of them.
#[test]
fn every_rule_between_groups_has_its_counterpart() {
    for synthesis in synthesized() {
        let groups = groups(synthesis);
        let mut let_in = BTreeSet::new();
        let mut let_out = BTreeSet::new();
        for (place, group) in &groups {
            for rule in &group.ingress {
                if let End::Group(sender) = rule.other {
                    let_in.insert((sender, *place, rule.ports));
                }
            }
            for rule in &group.egress {
                if let End::Group(receiver) = rule.other {
                    let_out.insert((*place, receiver, rule.ports));
                }
            }
        }
        assert_eq!(let_in, let_out);
    }
}

/// Which groups each kind of resource carries.
#[test]
fn resources_carry_the_group_of_their_place() {
    for synthesis in synthesized() {
        let carried = |kind: &str, property: &str| -> BTreeSet<&str> {
            synthesis
                .of_type(kind)
                .flat_map(|resource| {
                    let groups = resource.property(property).as_array().into_iter().flatten();
                    let stack = resource.place.stack;
                    groups.map(move |group| synthesis.target(stack, group).unwrap().id)
                })
                .collect()
        };
        assert_eq!(
            carried(
                "AWS::EC2::LaunchTemplate",
                "LaunchTemplateData/SecurityGroupIds"
            ),
            BTreeSet::from(["MachineSecurityGroup"]),
        );
        assert_eq!(
            carried(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "SecurityGroups"
            ),
            BTreeSet::from(["EntrySecurityGroup", "LoadBalancerSecurityGroup"]),
        );
        for balancer in synthesis.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer") {
            let groups = balancer.property("SecurityGroups").as_array().unwrap();
            let stack = balancer.place.stack;
            let on_entry = groups
                .iter()
                .any(|group| synthesis.target(stack, group).unwrap().id == "EntrySecurityGroup");
            let public = balancer.property("Scheme") == "internet-facing";
            assert_eq!(on_entry, public, "{:?}", balancer.place);
        }
    }
}

/// Routes to the database exist in both private subnets, or in none.
#[test]
fn the_database_is_reached_over_the_peering_only() {
    for synthesis in synthesized() {
        let routes: Vec<_> = synthesis
            .of_type("AWS::EC2::Route")
            .filter(|route| !route.property("VpcPeeringConnectionId").is_null())
            .collect();
        match &synthesis.environment.atlas {
            None => assert!(routes.is_empty()),
            Some(atlas) => {
                assert_eq!(routes.len(), 2);
                for route in routes {
                    let destination = route.property("DestinationCidrBlock");
                    assert_eq!(*destination, atlas.cidr.to_string());
                    let peering = route.property("VpcPeeringConnectionId");
                    assert_eq!(*peering, atlas.peering.to_string());
                }
            }
        }
    }
}
