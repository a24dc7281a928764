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

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for rule in rules(model) {
        ports_inverted(report, &rule);
    }
}

/// All rules: those inside of groups, and those that are resources.
fn rules<'m>(model: &'m Model<'m>) -> Vec<Node<'m>> {
    let inside = model.resources("AWS::EC2::SecurityGroup").flat_map(|group| {
        ["SecurityGroupIngress", "SecurityGroupEgress"]
            .into_iter()
            .flat_map(move |list| group.property(list).present_items())
    });
    let separate = ["AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"]
        .into_iter()
        .flat_map(|kind| model.resources(kind).map(|rule| rule.properties()));
    inside.chain(separate).collect()
}

/// Whether a rule is of a protocol with ports. Of ICMP these are type and code.
fn has_ports(rule: &Node<'_>) -> bool {
    rule.get("IpProtocol")
        .text()
        .is_some_and(|name| matches!(name.to_ascii_lowercase().as_str(), "tcp" | "udp" | "6" | "17"))
}

fn ports_inverted<'m>(report: &mut Report<'m>, rule: &Node<'m>) {
    let (from, to) = (rule.get("FromPort"), rule.get("ToPort"));
    let (Some(first), Some(last)) = (from.integer(), to.integer()) else {
        return;
    };
    if has_ports(rule) && first > last {
        let message = format!("ports {first} to {last}");
        report.add(&PORTS_INVERTED, from.place(), message);
    }
}
