//! Security group rules.

use crate::finding::Report;
use crate::model::{Model, Node};
use crate::rule::{Evidence, Rule, Severity};

pub(super) static PORTS_INVERTED: Rule = Rule {
    code: "network/ports-inverted",
    severity: Severity::Error,
    summary: "a range of ports that ends before it begins",
    why: "EC2 refuses a rule whose first port is above its last.",
    fix: "Swap `FromPort` and `ToPort`.",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static OPEN_ADMIN_PORT: Rule = Rule {
    code: "network/open-admin-port",
    severity: Severity::Warning,
    summary: "a port of administration or of a database that the whole internet may reach",
    why: "Such ports are scanned and attacked all the time.",
    fix: "Admit a security group or known ranges, or manage machines with Session Manager, which needs no open port.",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19",
    evidence: Evidence::AnyVariant,
};

pub(super) static RULE_SOURCE: Rule = Rule {
    code: "network/rule-source",
    severity: Severity::Error,
    summary: "a security group rule that names no peer, or more than one",
    why: "EC2 refuses it: a rule is for one range of addresses, one prefix list or one security group.",
    fix: "Give the rule exactly one source or destination, and write one rule for each further one.",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    evidence: Evidence::AnyVariant,
};

/// Ports by which machines and databases are managed, among the high-risk ports of Security Hub's control EC2.19.
const ADMIN_PORTS: [(i64, &str); 13] = [
    (22, "SSH"),
    (23, "Telnet"),
    (135, "RPC"),
    (445, "CIFS"),
    (1433, "SQL Server"),
    (1434, "SQL Server"),
    (3306, "MySQL"),
    (3389, "RDP"),
    (4333, "mSQL"),
    (5432, "PostgreSQL"),
    (5601, "OpenSearch Dashboards"),
    (9200, "OpenSearch"),
    (9300, "OpenSearch"),
];

/// What a rule may name, by its direction.
const SOURCES: [&str; 5] = [
    "CidrIp",
    "CidrIpv6",
    "SourcePrefixListId",
    "SourceSecurityGroupId",
    "SourceSecurityGroupName",
];
const DESTINATIONS: [&str; 4] = [
    "CidrIp",
    "CidrIpv6",
    "DestinationPrefixListId",
    "DestinationSecurityGroupId",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ingress,
    Egress,
}

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (direction, rule) in rules(model) {
        ports_inverted(report, &rule);
        peer(report, direction, &rule);
        if direction == Direction::Ingress {
            open_admin_port(report, &rule);
        }
    }
}

/// All rules: those inside of groups, and those that are resources.
fn rules<'m>(model: &'m Model<'m>) -> Vec<(Direction, Node<'m>)> {
    let mut rules = Vec::new();
    for (direction, list, kind) in [
        (
            Direction::Ingress,
            "SecurityGroupIngress",
            "AWS::EC2::SecurityGroupIngress",
        ),
        (
            Direction::Egress,
            "SecurityGroupEgress",
            "AWS::EC2::SecurityGroupEgress",
        ),
    ] {
        for group in model.resources("AWS::EC2::SecurityGroup") {
            let inside = group.property(list).present_items();
            rules.extend(inside.into_iter().map(|rule| (direction, rule)));
        }
        let separate = model.resources(kind);
        rules.extend(separate.map(|rule| (direction, rule.properties())));
    }
    rules
}

fn protocol(rule: &Node<'_>) -> Option<String> {
    let name = rule.get("IpProtocol").text()?;
    Some(match name.as_ref() {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        other => other.to_ascii_lowercase(),
    })
}

fn ports_inverted<'m>(report: &mut Report<'m>, rule: &Node<'m>) {
    let (from, to) = (rule.get("FromPort"), rule.get("ToPort"));
    let (Some(first), Some(last)) = (from.integer(), to.integer()) else {
        return;
    };
    // Of ICMP these are type and code.
    let has_ports = protocol(rule).is_some_and(|name| matches!(name.as_str(), "tcp" | "udp"));
    if has_ports && first > last {
        report.add(
            &PORTS_INVERTED,
            from.place(),
            format!("ports {first} to {last}"),
        );
    }
}

fn peer<'m>(report: &mut Report<'m>, direction: Direction, rule: &Node<'m>) {
    let names = match direction {
        Direction::Ingress => &SOURCES[..],
        Direction::Egress => &DESTINATIONS[..],
    };
    if rule.is_unknown() {
        return;
    }
    let peers: Vec<_> = names
        .iter()
        .map(|name| (*name, rule.get(name)))
        .filter(|(_, node)| !node.is_absent())
        .collect();
    if peers.is_empty() {
        let message = format!("the rule has none of {}", names.join(", "));
        report.add(&RULE_SOURCE, rule.place(), message);
    } else if let [(first, one), (second, other), ..] = peers.as_slice()
        && one.is_present()
        && other.is_present()
    {
        let message = format!("the rule has {first} and {second}");
        report.add(&RULE_SOURCE, other.place(), message);
    }
}

fn open_admin_port<'m>(report: &mut Report<'m>, rule: &Node<'m>) {
    let source = [("CidrIp", "0.0.0.0/0"), ("CidrIpv6", "::/0")]
        .into_iter()
        .map(|(name, everywhere)| (rule.get(name), everywhere))
        .find(|(node, everywhere)| node.text().as_deref() == Some(everywhere));
    let Some((source, everywhere)) = source else {
        return;
    };
    // The person who deploys chooses a parameter's value; its default is a suggestion.
    if source.is_parameter() {
        return;
    }
    let ports = match protocol(rule).as_deref() {
        Some("-1") => 0..=65_535,
        Some("tcp") => {
            let (from, to) = (rule.get("FromPort"), rule.get("ToPort"));
            match (from.integer(), to.integer()) {
                (Some(first), Some(last)) => first..=last,
                (None, None) if from.is_absent() && to.is_absent() => 0..=65_535,
                _ => return,
            }
        }
        _ => return,
    };
    if let Some((port, service)) = ADMIN_PORTS.iter().find(|(port, _)| ports.contains(port)) {
        let message = format!("{everywhere} may reach port {port} ({service})");
        report.add(&OPEN_ADMIN_PORT, source.place(), message);
    }
}
