//! Routes and their targets.

use std::collections::BTreeMap;

use crate::finding::Report;
use crate::model::{Identity, Model, Presence, Resource};
use crate::rule::{Evidence, Rule, Severity};

const ROUTE_PAGE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html";

pub(super) static ROUTE_TARGET: Rule = Rule {
    code: "network/route-target",
    severity: Severity::Error,
    summary: "a route without a target, or with more than one",
    why: "EC2 refuses a route that does not have exactly one target.",
    fix: "Give the route one target: a gateway, a NAT gateway, an endpoint, a network interface, a peering connection.",
    source: ROUTE_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static ROUTE_TWICE: Rule = Rule {
    code: "network/route-twice",
    severity: Severity::Error,
    summary: "two routes of a route table with the same destination",
    why: "EC2 refuses the second one: a route table has one route for a destination.",
    fix: "Remove one of the routes, or give it another route table.",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static ROUTE_BEFORE_ATTACHMENT: Rule = Rule {
    code: "network/route-before-attachment",
    severity: Severity::Warning,
    summary: "a route to a gateway that does not wait for the gateway's attachment",
    why: "Where the route is created first, EC2 refuses it, because the gateway is not attached to the VPC yet. A deployment then fails at random.",
    fix: "Add `DependsOn` with the logical id of the `AWS::EC2::VPCGatewayAttachment`.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static GATEWAY_UNATTACHED: Rule = Rule {
    code: "network/gateway-unattached",
    severity: Severity::Error,
    summary: "a route to an internet gateway that is not attached to the route table's VPC",
    why: "EC2 refuses a route whose gateway and route table belong to different networks.",
    fix: "Attach the gateway to the VPC with an `AWS::EC2::VPCGatewayAttachment`.",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    evidence: Evidence::AnyVariant,
};

const TARGETS: [&str; 11] = [
    "CarrierGatewayId",
    "CoreNetworkArn",
    "EgressOnlyInternetGatewayId",
    "GatewayId",
    "InstanceId",
    "LocalGatewayId",
    "NatGatewayId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "VpcEndpointId",
    "VpcPeeringConnectionId",
];

const DESTINATIONS: [&str; 3] = [
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
    "DestinationPrefixListId",
];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    let mut seen: BTreeMap<(String, String), Resource<'m>> = BTreeMap::new();
    for route in model.resources("AWS::EC2::Route") {
        target(report, route);
        twice(report, route, &mut seen);
        gateway(model, report, route);
    }
}

fn target<'m>(report: &mut Report<'m>, route: Resource<'m>) {
    let properties = route.properties();
    let targets: Vec<_> = TARGETS
        .into_iter()
        .map(|name| (name, properties.get(name)))
        .filter(|(_, node)| !node.is_absent())
        .collect();
    if targets.is_empty() {
        let message = "the route has no target";
        report.add(&ROUTE_TARGET, route.at(""), message);
    } else if let [(first, one), (second, other), ..] = targets.as_slice()
        && one.is_present()
        && other.is_present()
    {
        let message = format!("the route has {first} and {second}");
        report.add(&ROUTE_TARGET, other.place(), message);
    }
}

fn twice<'m>(
    report: &mut Report<'m>,
    route: Resource<'m>,
    seen: &mut BTreeMap<(String, String), Resource<'m>>,
) {
    let Some(table) = route.property("RouteTableId").identity() else {
        return;
    };
    for name in DESTINATIONS {
        let destination = route.property(name);
        let Some(text) = destination.text() else {
            continue;
        };
        let key = (format!("{table:?}"), text.to_string());
        if let Some(other) = seen.get(&key) {
            let other = other.name_from(route.id.stack);
            let message = format!("{other} has the destination {text} in the same route table");
            report.add(&ROUTE_TWICE, destination.place(), message);
        } else {
            seen.insert(key, route);
        }
    }
}

fn gateway<'m>(model: &'m Model<'m>, report: &mut Report<'m>, route: Resource<'m>) {
    let target = route.property("GatewayId");
    let Some(gateway) = target.resource_of("AWS::EC2::InternetGateway") else {
        return;
    };
    let attachments: Vec<Resource<'m>> = model
        .possible_resources("AWS::EC2::VPCGatewayAttachment")
        .filter(|attachment| {
            let attached = attachment.property("InternetGatewayId");
            attached.is_unknown() || attached.resource() == Some(gateway)
        })
        .collect();
    let table = route
        .property("RouteTableId")
        .resource_of("AWS::EC2::RouteTable");
    let vpc = table.and_then(|table| table.property("VpcId").identity());
    let may_be_here = |attachment: &Resource<'_>| {
        let attached: Option<Identity<'_>> = attachment.property("VpcId").identity();
        match (&vpc, &attached) {
            (Some(vpc), Some(attached)) => !vpc.differs(attached),
            _ => true,
        }
    };
    let here: Vec<_> = attachments.iter().filter(|one| may_be_here(one)).collect();
    if here.is_empty() && model.shows_all_resources() && gateway.presence() == Presence::Present {
        let name = gateway.name_from(route.id.stack);
        let message = format!("nothing attaches {name} to the VPC of the route table");
        report.add(&GATEWAY_UNATTACHED, target.place(), message);
    }
    for attachment in here {
        let is_sure = attachment.presence() == Presence::Present
            && attachment.property("InternetGatewayId").resource() == Some(gateway);
        if is_sure && attachment.is_in_stack_of(route) && !route.waits_for(*attachment) {
            let id = attachment.id.logical_id;
            let message = format!("the route does not wait for {id}");
            report.add(&ROUTE_BEFORE_ATTACHMENT, route.at(""), message);
        }
    }
}
