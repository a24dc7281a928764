//! Load balancers and target groups.

use crate::finding::Report;
use crate::model::{Model, Node, Resource};
use crate::rule::{Evidence, Rule, Severity};

pub(super) const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

const SUBNETS_PAGE: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";

pub(super) static ONE_ZONE: Rule = Rule {
    code: "elb/one-subnet",
    severity: Severity::Error,
    summary: "an application load balancer in fewer than two subnets",
    why: "Elastic Load Balancing refuses it: an application load balancer spans at least two Availability Zones.",
    fix: "Add a subnet in another Availability Zone.",
    source: SUBNETS_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static ZONE_TWICE: Rule = Rule {
    code: "elb/zone-twice",
    severity: Severity::Error,
    summary: "a load balancer with two subnets in one Availability Zone",
    why: "Elastic Load Balancing refuses it: a load balancer has one subnet in an Availability Zone.",
    fix: "Take one subnet from each Availability Zone.",
    source: SUBNETS_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static NAME: Rule = Rule {
    code: "elb/name",
    severity: Severity::Error,
    summary: "a name of a load balancer or target group that is too long or has other characters than letters, digits and hyphens",
    why: "Elastic Load Balancing refuses names of more than 32 characters, names that begin or end with a hyphen, and load balancers whose name begins with `internal-`.",
    fix: "Shorten the name, or leave it out: CloudFormation then makes one.",
    source: SUBNETS_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static HEALTH_CHECK_TIMEOUT: Rule = Rule {
    code: "elb/health-check-timeout",
    severity: Severity::Error,
    summary: "a health check that may last longer than the interval between two of them",
    why: "Elastic Load Balancing refuses it: the interval has to be longer than the timeout.",
    fix: "Shorten `HealthCheckTimeoutSeconds`, or lengthen `HealthCheckIntervalSeconds`.",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    evidence: Evidence::AnyVariant,
};

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for balancer in model.resources(BALANCER) {
        name(report, balancer, true);
        subnets(report, balancer);
    }
    for group in model.resources(TARGET_GROUP) {
        name(report, group, false);
        health_check(report, group);
    }
}

fn name<'m>(report: &mut Report<'m>, resource: Resource<'m>, is_balancer: bool) {
    let node = resource.property("Name");
    let Some(text) = node.text() else { return };
    let count = text.chars().count();
    let problem = if count > 32 {
        format!("has {count} characters, of 32")
    } else if text.starts_with('-') || text.ends_with('-') {
        "begins or ends with a hyphen".to_owned()
    } else if is_balancer && text.starts_with("internal-") {
        "begins with `internal-`".to_owned()
    } else if let Some(other) = text
        .chars()
        .find(|one| !one.is_ascii_alphanumeric() && *one != '-')
    {
        format!("has the character `{other}`")
    } else {
        return;
    };
    report.add(&NAME, node.place(), format!("`{text}` {problem}"));
}

/// The type of a load balancer; none where it is not known.
pub(super) fn balancer_type(balancer: Resource<'_>) -> Option<String> {
    let kind = balancer.property("Type");
    if kind.is_absent() {
        return Some("application".to_owned());
    }
    Some(kind.text()?.into_owned())
}

fn subnets<'m>(report: &mut Report<'m>, balancer: Resource<'m>) {
    let (list, mappings) = (
        balancer.property("Subnets"),
        balancer.property("SubnetMappings"),
    );
    let (list, subnets) = if mappings.is_absent() && list.is_present() {
        let items = list.items();
        (list, items)
    } else if list.is_absent() && mappings.is_present() {
        let mut items = mappings.items();
        for node in &mut items.nodes {
            *node = node.get("SubnetId");
        }
        (mappings, items)
    } else {
        return;
    };
    let are_known = subnets.is_exact && !subnets.nodes.iter().any(Node::is_unknown);
    let resources: Vec<_> = subnets
        .nodes
        .iter()
        .filter_map(|node| Some((node, node.resource_of("AWS::EC2::Subnet")?)))
        .collect();
    // An Outpost is one place.
    if resources
        .iter()
        .any(|(_, subnet)| !subnet.property("OutpostArn").is_absent())
    {
        return;
    }
    let is_application = balancer_type(balancer).as_deref() == Some("application");
    if is_application && are_known && subnets.nodes.len() == 1 {
        report.add(&ONE_ZONE, list.place(), "the load balancer has one subnet");
    }
    let zones: Vec<_> = resources
        .iter()
        .filter_map(|(node, subnet)| {
            let by_id = subnet.property("AvailabilityZoneId").identity();
            let zone = by_id.or_else(|| subnet.property("AvailabilityZone").identity())?;
            Some((*node, *subnet, zone))
        })
        .collect();
    for (index, (node, subnet, zone)) in zones.iter().enumerate() {
        let twin = zones[..index]
            .iter()
            .find(|(_, other, of_other)| of_other == zone && other != subnet);
        if let Some((_, twin, _)) = twin {
            let message = format!(
                "{} is in the same zone as {}",
                subnet.name_from(balancer.id.stack),
                twin.name_from(balancer.id.stack)
            );
            report.add(&ZONE_TWICE, node.place(), message);
        }
    }
}

fn health_check<'m>(report: &mut Report<'m>, group: Resource<'m>) {
    let (timeout, interval) = (
        group.property("HealthCheckTimeoutSeconds"),
        group.property("HealthCheckIntervalSeconds"),
    );
    let (Some(timeout_seconds), Some(interval_seconds)) = (timeout.integer(), interval.integer())
    else {
        return;
    };
    // Health checks by TCP may last as long as their interval.
    let is_http = group
        .property("Protocol")
        .text()
        .is_some_and(|protocol| protocol.starts_with("HTTP"));
    if timeout_seconds > interval_seconds || (is_http && timeout_seconds == interval_seconds) {
        let message =
            format!("a timeout of {timeout_seconds} s, and an interval of {interval_seconds} s");
        report.add(&HEALTH_CHECK_TIMEOUT, timeout.place(), message);
    }
}
