//! Security group rules, and those that a change opens.

use std::collections::BTreeMap;
use std::fmt;

use ipnet::IpNet;
use serde_json::Value;

use crate::plan::finding::{Finding, FindingCode, Severity};
use cloudformation::template::{properties, references, resource_type, resources};
use review::difference::render;

/// A finding for every new rule that no old rule covers.
pub(super) fn opened_rules(stack: &str, before: &Value, after: &Value) -> Vec<Finding> {
    let old = rules(before);
    let mut findings = Vec::new();
    for (key, now) in rules(after) {
        let known = old.get(&key).map(Vec::as_slice).unwrap_or_default();
        let (group, direction) = key;
        for rule in now {
            if known.iter().any(|one| one.covers(&rule)) {
                continue;
            }
            let what = format!("{rule} {direction} {}", rule.peer());
            findings.push(Finding {
                to: Some(what.clone()),
                ..Finding::new(
                    FindingCode::SecurityGroupOpened,
                    Severity::Acknowledge,
                    stack,
                    &group,
                    format!("{group} opens {what}"),
                )
            });
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    protocol: String,
    ports: Ports,
    /// The source or destination: addresses, a group, a prefix list.
    peer: String,
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
enum Direction {
    Ingress,
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

/// The rules of every group, by the group (its logical id, or what refers to it elsewhere) and
/// direction.
fn rules(template: &Value) -> BTreeMap<(String, Direction), Vec<Rule>> {
    let mut found: BTreeMap<(String, Direction), Vec<Rule>> = BTreeMap::new();
    for (id, resource) in resources(template) {
        let properties = properties(resource);
        match resource_type(resource) {
            "AWS::EC2::SecurityGroup" => {
                for direction in [Direction::Ingress, Direction::Egress] {
                    let rules = properties
                        .get(direction.property())
                        .and_then(Value::as_array);
                    let rules = rules.into_iter().flatten().map(Rule::read);
                    found
                        .entry((id.to_owned(), direction))
                        .or_default()
                        .extend(rules);
                }
            }
            "AWS::EC2::SecurityGroupIngress" => {
                let key = (group(properties), Direction::Ingress);
                found.entry(key).or_default().push(Rule::read(properties));
            }
            "AWS::EC2::SecurityGroupEgress" => {
                let key = (group(properties), Direction::Egress);
                found.entry(key).or_default().push(Rule::read(properties));
            }
            _ => {}
        }
    }
    // A group without egress rules allows all egress.
    for ((_, direction), rules) in &mut found {
        if *direction == Direction::Egress && rules.is_empty() {
            rules.extend(["0.0.0.0/0", "::/0"].map(Rule::everything));
        }
    }
    found
}

/// The group of a rule that is a resource of its own.
fn group(properties: &Value) -> String {
    let Some(group) = properties
        .get("GroupId")
        .or_else(|| properties.get("GroupName"))
    else {
        return String::new();
    };
    let targets = references(group);
    match targets.first() {
        Some(reference) if targets.len() == 1 => reference.target.clone(),
        _ => render(group),
    }
}

impl Rule {
    fn everything(peer: &str) -> Self {
        Self {
            protocol: "-1".to_owned(),
            ports: Ports::All,
            peer: peer.to_owned(),
        }
    }

    fn read(value: &Value) -> Self {
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

    fn peer(&self) -> &str {
        &self.peer
    }

    /// Whether this allows all that the other allows.
    fn covers(&self, other: &Self) -> bool {
        let protocol = self.protocol == "-1" || self.protocol == other.protocol;
        protocol && self.ports.covers(&other.ports) && within(&other.peer, &self.peer)
    }
}

fn within(inner: &str, outer: &str) -> bool {
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

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Range(first, last), Self::Range(from, to)) => first <= from && to <= last,
            (one, other) => one == other,
        }
    }
}

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
