//! Who can reach what: security group rules opened and closed, subnets that become public or private, peerings.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::Call;
use serde_json::Value;

use super::Change;
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::render;
use crate::environment::{Environment, Resource};
use crate::meaning;
use crate::network_rules::{Direction, Rule, sites, within};

/// What the change opens, and what it closes.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = group_rules(change);
    found.extend(public_subnets(change));
    found
}

/// A security group: the stack and the logical id, or what names it where no resource of the environment is one.
type Group = (String, String);

/// A rule, with the resource that holds it.
struct Located<'a> {
    rule: Rule,
    json: &'a Value,
    stack: &'a str,
    logical_id: &'a str,
}

type GroupRules<'a> = BTreeMap<(Group, Direction), Vec<Located<'a>>>;

fn rules(side: &Environment) -> GroupRules<'_> {
    let mut found = GroupRules::new();
    for (stack, one) in side.stacks() {
        for site in sites(&one.template) {
            let group = match site.group {
                None => (stack.clone(), site.logical_id.to_owned()),
                Some(value) => match side.target(stack, value) {
                    Some(group) => (group.stack.to_owned(), group.logical_id.to_owned()),
                    None => (String::new(), render(value)),
                },
            };
            let located = Located {
                rule: Rule::read(site.json),
                json: site.json,
                stack,
                logical_id: site.logical_id,
            };
            found
                .entry((group, site.direction))
                .or_default()
                .push(located);
        }
    }
    found
}

fn group_rules(change: &Change<'_>) -> Vec<Consequence> {
    let (before, after) = (rules(change.before), rules(change.after));
    let keys: BTreeSet<&(Group, Direction)> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let side = |rules: &'_ GroupRules<'_>| -> Vec<Rule> {
            let listed = rules.get(key).into_iter().flatten();
            let listed: Vec<Rule> = listed.map(|one| one.rule.clone()).collect();
            match key.1 {
                Direction::Egress if listed.is_empty() => Rule::all_egress().to_vec(),
                _ => listed,
            }
        };
        let (old, new) = (side(&before), side(&after));
        let is_covered = |rule: &Rule, by: &[Rule]| by.iter().any(|one| one.covers(rule));
        for one in after.get(key).into_iter().flatten() {
            if !is_covered(&one.rule, &old) {
                found.push(opened(change, key, one, &old));
            }
        }
        // A group that is gone closes nothing that is still there.
        let remains = change.after.resource(&key.0.0, &key.0.1).is_some();
        for one in before.get(key).into_iter().flatten() {
            if remains && !is_covered(&one.rule, &new) {
                found.push(closed(change, key, one, &new));
            }
        }
        if !after.contains_key(key) && before.contains_key(key) && key.1 == Direction::Egress {
            found.extend(unlimited(change, &key.0));
        }
    }
    found
}

/// A group without egress rules lets everything out:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html>
fn unlimited(change: &Change<'_>, group: &Group) -> Option<Consequence> {
    change.after.resource(&group.0, &group.1)?;
    let text = format!(
        "has no egress rules any more, which allows all egress: {} may connect to the whole internet on every port",
        users(change.after, group)
    );
    Some(Consequence {
        property: Some("SecurityGroupEgress".to_owned()),
        ..change
            .after
            .consequence(&group.0, &group.1, Weight::Severe, Kind::Exposure, text)
    })
}

fn opened(
    change: &Change<'_>,
    (group, direction): &(Group, Direction),
    one: &Located<'_>,
    old: &[Rule],
) -> Consequence {
    let peer = peer(change.after, one);
    let users = users(change.after, group);
    let ports = ports(&one.rule);
    let until_now = match shared(&one.rule, old) {
        Some(rules) => format!("; until now only {rules}"),
        None => String::new(),
    };
    let (weight, text) = match direction {
        Direction::Ingress => (
            if is_internet(one.rule.peer()) {
                Weight::Severe
            } else {
                Weight::Notable
            },
            format!("opens {ports} to {peer}, which reaches {users}{until_now}"),
        ),
        Direction::Egress => (
            Weight::Notable,
            format!("lets {users} connect to {peer} on {ports}{until_now}"),
        ),
    };
    rule_consequence(
        change.after,
        one,
        weight,
        Kind::Exposure,
        text,
        (None, Some(told(one, *direction))),
    )
}

fn closed(
    change: &Change<'_>,
    (group, direction): &(Group, Direction),
    one: &Located<'_>,
    new: &[Rule],
) -> Consequence {
    let peer = peer(change.before, one);
    let users = users(change.after, group);
    let ports = ports(&one.rule);
    let (weight, rest) = match shared(&one.rule, new) {
        Some(rules) => (Weight::Notable, format!("; only {rules} stays open")),
        None => (Weight::Severe, String::new()),
    };
    let text = match direction {
        Direction::Ingress => {
            format!("closes {ports} to {peer}, which no longer reaches {users}{rest}")
        }
        Direction::Egress => {
            format!("no longer lets {users} connect to {peer} on {ports}{rest}")
        }
    };
    rule_consequence(
        change.before,
        one,
        weight,
        Kind::Interruption,
        text,
        (Some(told(one, *direction)), None),
    )
}

/// The part of a rule that others allow.
fn shared(rule: &Rule, others: &[Rule]) -> Option<String> {
    let parts: Vec<String> = others
        .iter()
        .filter(|other| rule.overlaps(other))
        .map(|other| {
            if other.peer() == rule.peer() {
                ports_of(other)
            } else {
                format!("{} for {}", ports_of(other), other.peer())
            }
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn rule_consequence(
    side: &Environment,
    one: &Located<'_>,
    weight: Weight,
    kind: Kind,
    text: String,
    (from, to): (Option<String>, Option<String>),
) -> Consequence {
    Consequence {
        from,
        to,
        ..side.consequence(one.stack, one.logical_id, weight, kind, text)
    }
}

fn told(one: &Located<'_>, direction: Direction) -> String {
    format!("{} {direction} {}", one.rule, one.rule.peer())
}

/// All of the internet's addresses, or half of them and more.
pub(super) fn is_internet(peer: &str) -> bool {
    [
        "0.0.0.0/0",
        "::/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "::/1",
        "2000::/3",
    ]
    .iter()
    .any(|wide| within(wide, peer))
}

fn is_private(peer: &str) -> bool {
    const PRIVATE: [&str; 5] = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
    ];
    PRIVATE.iter().any(|block| within(peer, block))
}

/// Who is on the other side: the internet, addresses, what uses another group.
fn peer(side: &Environment, one: &Located<'_>) -> String {
    let named = [
        "SourceSecurityGroupId",
        "DestinationSecurityGroupId",
        "SourcePrefixListId",
        "DestinationPrefixListId",
    ];
    let group = named
        .iter()
        .find_map(|name| side.target(one.stack, one.json.get(*name)?));
    if let Some(group) = group {
        let group = (group.stack.to_owned(), group.logical_id.to_owned());
        return users(side, &group);
    }
    match one.rule.peer() {
        "0.0.0.0/0" => "the internet".to_owned(),
        "::/0" => "the internet by IPv6".to_owned(),
        peer if is_internet(peer) => format!("half of the internet, {peer},"),
        peer if is_private(peer) => format!("the private addresses {peer}"),
        peer => format!("the addresses {peer}"),
    }
}

/// The protocol and the ports, with the names of well-known ones.
fn ports(rule: &Rule) -> String {
    // <https://www.iana.org/assignments/service-names-port-numbers>
    const KNOWN: [(&str, &str); 12] = [
        ("tcp 22", "SSH"),
        ("tcp 25", "mail"),
        ("tcp 53", "DNS"),
        ("tcp 80", "HTTP"),
        ("tcp 443", "HTTPS"),
        ("tcp 2375", "Docker"),
        ("tcp 3306", "MySQL"),
        ("tcp 3389", "remote desktop"),
        ("tcp 5432", "PostgreSQL"),
        ("tcp 6379", "Redis"),
        ("tcp 27017", "MongoDB"),
        ("udp 53", "DNS"),
    ];
    let text = ports_of(rule);
    match KNOWN.iter().find(|(ports, _)| *ports == text) {
        Some((_, name)) => format!("{text} ({name})"),
        None => text,
    }
}

fn ports_of(rule: &Rule) -> String {
    match rule.to_string().as_str() {
        "everything" => "every port".to_owned(),
        "tcp" => "every tcp port".to_owned(),
        "udp" => "every udp port".to_owned(),
        text => text.to_owned(),
    }
}

/// What uses a group: `the machines of launch template ecs/LaunchTemplate, load balancer …`.
fn users(side: &Environment, group: &Group) -> String {
    let uses = |resource: &Resource<'_>| {
        let properties = resource.json.get("Properties");
        !resource
            .resource_type
            .starts_with("AWS::EC2::SecurityGroup")
            && properties.is_some_and(|value| refers(side, resource.stack, value, group))
    };
    let users: Vec<String> = side
        .resources()
        .filter(uses)
        .map(|one| named(&one))
        .collect();
    match users.as_slice() {
        [] if group.0.is_empty() => format!("what uses {}", group.1),
        [] => format!("what uses {}/{}", group.0, group.1),
        users => users.join(" and "),
    }
}

fn named(resource: &Resource<'_>) -> String {
    let path = format!("{}/{}", resource.stack, resource.logical_id);
    match resource.resource_type {
        "AWS::EC2::LaunchTemplate" => format!("the machines of {path}"),
        "AWS::ECS::Service" => format!("the tasks of {path}"),
        other => match meaning::of(other) {
            Some(row) => format!("{} {path}", row.noun),
            None => path,
        },
    }
}

/// Whether a value names the group, in its stack or by an export.
fn refers(side: &Environment, stack: &str, value: &Value, group: &Group) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| refers(side, stack, item, group)),
        Value::Object(entries) => match Call::of(value) {
            Some(Call { argument, .. }) => {
                side.target(stack, value)
                    .is_some_and(|one| one.stack == group.0 && one.logical_id == group.1)
                    || argument.is_array() && refers(side, stack, argument, group)
            }
            None => entries
                .values()
                .any(|item| refers(side, stack, item, group)),
        },
        _ => false,
    }
}

/// The subnets by what their route tables lead to.
fn public_subnets(change: &Change<'_>) -> Vec<Consequence> {
    let (before, after) = (ways(change.before), ways(change.after));
    let none = BTreeSet::new();
    let subnets: BTreeSet<&Group> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for subnet in subnets {
        let stays = |side: &Environment| side.resource(&subnet.0, &subnet.1).is_some();
        if !stays(change.before) || !stays(change.after) {
            continue;
        }
        let old = before.get(subnet).unwrap_or(&none);
        let new = after.get(subnet).unwrap_or(&none);
        let gained = new.difference(old).map(|way| match way.strip_prefix(PUBLIC) {
            Some(destination) => (
                Weight::Severe,
                Kind::Exposure,
                format!(
                    "becomes public: it has a route to the internet gateway for {}, so the internet reaches what has a public address in it, and what has none loses its way out",
                    destination.trim()
                ),
            ),
            None => (
                Weight::Notable,
                Kind::Exposure,
                format!("has a route to another network, {way}: each side reaches the other as far as security groups allow"),
            ),
        });
        let lost = old.difference(new).map(|way| {
            let text = if way.starts_with(PUBLIC) {
                "is no longer public: load balancers and gateways in it lose the internet".to_owned()
            } else {
                format!("loses its route to another network, {way}: what is there can't be reached any more")
            };
            (Weight::Severe, Kind::Interruption, text)
        });
        found.extend(gained.chain(lost).map(|(weight, kind, text)| {
            change
                .after
                .consequence(&subnet.0, &subnet.1, weight, kind, text)
        }));
    }
    found
}

const PUBLIC: &str = "internet";

/// By subnet: the ways to other networks.
type Ways = BTreeMap<Group, BTreeSet<String>>;

fn ways(side: &Environment) -> Ways {
    let mut by_table = Ways::new();
    for route in side.of_type("AWS::EC2::Route") {
        let table = route.property("RouteTableId");
        if let Some(table) = table.and_then(|table| side.target(route.stack, table))
            && let Some(way) = way(side, &route)
        {
            let key = (table.stack.to_owned(), table.logical_id.to_owned());
            by_table.entry(key).or_default().insert(way);
        }
    }
    let mut ways = Ways::new();
    for one in side.of_type("AWS::EC2::SubnetRouteTableAssociation") {
        let target = |name: &str| {
            let found = side.target(one.stack, one.property(name)?)?;
            Some((found.stack.to_owned(), found.logical_id.to_owned()))
        };
        if let (Some(subnet), Some(table)) = (target("SubnetId"), target("RouteTableId"))
            && let Some(found) = by_table.get(&table)
        {
            ways.insert(subnet, found.clone());
        }
    }
    ways
}

/// Where a route leads, if that is an internet gateway or another network.
fn way(side: &Environment, route: &Resource<'_>) -> Option<String> {
    let destination = [
        "DestinationCidrBlock",
        "DestinationIpv6CidrBlock",
        "DestinationPrefixListId",
    ]
    .iter()
    .find_map(|name| route.property(name))
    .map(render)?;
    if let Some(gateway) = route.property("GatewayId") {
        let is_internet_gateway = side.target(route.stack, gateway).map_or_else(
            || gateway.as_str().is_some_and(|id| id.starts_with("igw-")),
            |one| one.resource_type == "AWS::EC2::InternetGateway",
        );
        return is_internet_gateway.then(|| format!("{PUBLIC} {destination}"));
    }
    let others = [
        ("VpcPeeringConnectionId", "peering"),
        ("TransitGatewayId", "transit gateway"),
        ("VpcEndpointId", "endpoint"),
        ("NetworkInterfaceId", "interface"),
    ];
    others.iter().find_map(|(name, noun)| {
        let target = route.property(name)?;
        Some(format!("{destination} by {noun} {}", render(target)))
    })
}
