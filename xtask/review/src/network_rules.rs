//! Security group rules, and whether one allows all that another allows.

use std::collections::BTreeMap;
use std::fmt;

use ipnet::IpNet;
use serde_json::Value;

use crate::difference::render;
use cloudformation::template::{references, resource, resource_type, resources};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    protocol: String,
    ports: Ports,
    /// The source or destination: addresses, a group, a prefix list.
    peer: String,
}

/// A rule with where it stands.
#[derive(Clone, Copy, Debug)]
pub struct RuleSite<'a> {
    /// The logical id of the resource that holds it: the group, or a rule of its own.
    pub logical_id: &'a str,
    /// What names its group; none where the resource is the group.
    pub group: Option<&'a Value>,
    /// Whether it admits, or lets out.
    pub direction: Direction,
    /// The rule as it is written.
    pub json: &'a Value,
}

/// The ports of a rule; for ICMP the types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ports {
    All,
    Range(i64, i64),
    /// Known at deployment only.
    Unknown(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// What the group admits.
    Ingress,
    /// Where members of the group may connect to.
    Egress,
}

impl Direction {
    const fn property(self) -> &'static str {
        match self {
            Self::Ingress => "SecurityGroupIngress",
            Self::Egress => "SecurityGroupEgress",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ingress => "from",
            Self::Egress => "to",
        })
    }
}

#[must_use]
pub fn sites(template: &Value) -> Vec<RuleSite<'_>> {
    let mut found = Vec::new();
    for (logical_id, resource) in resources(template) {
        let properties = resource.get("Properties").unwrap_or(&Value::Null);
        let own = |direction| RuleSite {
            logical_id,
            group: properties
                .get("GroupId")
                .or_else(|| properties.get("GroupName")),
            direction,
            json: properties,
        };
        match resource_type(resource) {
            "AWS::EC2::SecurityGroup" => {
                for direction in [Direction::Ingress, Direction::Egress] {
                    let rules = properties
                        .get(direction.property())
                        .and_then(Value::as_array);
                    let site = |json| RuleSite {
                        logical_id,
                        group: None,
                        direction,
                        json,
                    };
                    found.extend(rules.into_iter().flatten().map(site));
                }
            }
            "AWS::EC2::SecurityGroupIngress" => found.push(own(Direction::Ingress)),
            "AWS::EC2::SecurityGroupEgress" => found.push(own(Direction::Egress)),
            _ => {}
        }
    }
    found
}

/// The rules of every group of a template, by the group (its logical id, or what refers to it elsewhere) and
/// direction.
#[must_use]
pub fn rules(template: &Value) -> BTreeMap<(String, Direction), Vec<Rule>> {
    let mut found: BTreeMap<(String, Direction), Vec<Rule>> = BTreeMap::new();
    for (id, resource) in resources(template) {
        if resource_type(resource) == "AWS::EC2::SecurityGroup" {
            for direction in [Direction::Ingress, Direction::Egress] {
                found.entry((id.to_owned(), direction)).or_default();
            }
        }
    }
    for site in sites(template) {
        let group = match site.group {
            Some(group) => group_name(group),
            None if is_group(template, site.logical_id) => site.logical_id.to_owned(),
            None => String::new(),
        };
        let rules = found.entry((group, site.direction)).or_default();
        rules.push(Rule::read(site.json));
    }
    for ((_, direction), rules) in &mut found {
        if *direction == Direction::Egress && rules.is_empty() {
            rules.extend(Rule::all_egress());
        }
    }
    found
}

fn is_group(template: &Value, logical_id: &str) -> bool {
    resource(template, logical_id)
        .is_some_and(|resource| resource_type(resource) == "AWS::EC2::SecurityGroup")
}

/// The group that a rule of its own names.
fn group_name(group: &Value) -> String {
    let targets = references(group);
    match targets.first() {
        Some(reference) if targets.len() == 1 => reference.target.clone(),
        _ => render(group),
    }
}

impl Rule {
    /// What a group without egress rules allows: all egress.
    #[must_use]
    pub fn all_egress() -> [Self; 2] {
        ["0.0.0.0/0", "::/0"].map(Self::everything)
    }

    fn everything(peer: &str) -> Self {
        Self {
            protocol: "-1".to_owned(),
            ports: Ports::All,
            peer: peer.to_owned(),
        }
    }

    /// Reads a rule, of a group's list or of a resource of its own.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        const PEERS: [&str; 8] = [
            "CidrIp",
            "CidrIpv6",
            "SourceSecurityGroupId",
            "DestinationSecurityGroupId",
            "SourcePrefixListId",
            "DestinationPrefixListId",
            "SourceSecurityGroupName",
            "SourceSecurityGroupOwnerId",
        ];
        let peers = PEERS.iter().filter_map(|name| value.get(*name).map(render));
        let protocol = value.get("IpProtocol").map(render);
        let protocol = match protocol.unwrap_or_default().trim_matches('"') {
            "all" => "-1".to_owned(),
            other => other.to_lowercase(),
        };
        let ports = if protocol == "-1" {
            Ports::All
        } else {
            Ports::read(value)
        };
        Self {
            protocol,
            ports,
            peer: peers.collect::<Vec<_>>().join(" "),
        }
    }

    /// The source or destination: addresses, a group, a prefix list.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// Whether both allow some of the same: protocol, a port, and a peer.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let protocol =
            self.protocol == "-1" || other.protocol == "-1" || self.protocol == other.protocol;
        protocol
            && self.ports.overlaps(&other.ports)
            && (within(&other.peer, &self.peer) || within(&self.peer, &other.peer))
    }

    /// Whether this allows all that the other allows.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let protocol = self.protocol == "-1" || self.protocol == other.protocol;
        protocol && self.ports.covers(&other.ports) && within(&other.peer, &self.peer)
    }
}

/// Whether addresses, or what names them, are all within others.
#[must_use]
pub fn within(inner: &str, outer: &str) -> bool {
    inner == outer
        || match (inner.parse::<IpNet>(), outer.parse::<IpNet>()) {
            (Ok(inner), Ok(outer)) => outer.contains(&inner),
            _ => false,
        }
}

impl Ports {
    fn read(value: &Value) -> Self {
        let number = |name: &str| match value.get(name) {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let has = |name: &str| value.get(name).is_some();
        match (number("FromPort"), number("ToPort")) {
            (Some(-1), _) => Self::All,
            (Some(from), Some(to)) => Self::Range(from, to),
            _ if !has("FromPort") && !has("ToPort") => Self::All,
            _ => {
                let part = |name: &str| value.get(name).map(render).unwrap_or_default();
                Self::Unknown(format!("{}-{}", part("FromPort"), part("ToPort")))
            }
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => true,
            (Self::Range(first, last), Self::Range(from, to)) => first <= to && from <= last,
            (one, other) => one == other,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Range(first, last), Self::Range(from, to)) => first <= from && to <= last,
            (one, other) => one == other,
        }
    }
}

/// The protocol and the ports: `tcp 443`, `everything`. The peer is told apart.
impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol.as_str() {
            "-1" => formatter.write_str("everything")?,
            protocol => formatter.write_str(protocol)?,
        }
        match &self.ports {
            Ports::All => {}
            Ports::Range(from, to) if from == to => write!(formatter, " {from}")?,
            Ports::Range(from, to) => write!(formatter, " {from}-{to}")?,
            Ports::Unknown(text) => write!(formatter, " {text}")?,
        }
        Ok(())
    }
}
