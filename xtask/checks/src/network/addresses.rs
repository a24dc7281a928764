//! Address ranges of VPCs and subnets.

use ipnet::Ipv4Net;

use crate::finding::Report;
use crate::model::{Identity, Model, Node, Presence, Resource};
use crate::rule::{Evidence, Rule, Severity};

const SUBNET_PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";

pub(super) static SUBNETS_OVERLAP: Rule = Rule {
    code: "network/subnets-overlap",
    severity: Severity::Error,
    summary: "two subnets of a VPC with overlapping addresses",
    why: "EC2 refuses the second subnet: an address belongs to one subnet of its VPC.",
    fix: "Give each subnet a range of its own.",
    source: SUBNET_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static SUBNET_OUTSIDE_VPC: Rule = Rule {
    code: "network/subnet-outside-vpc",
    severity: Severity::Error,
    summary: "a subnet with addresses that its VPC does not have",
    why: "EC2 refuses a subnet whose range is not within one of its VPC's ranges.",
    fix: "Take a part of the VPC's range, or associate a further range with the VPC.",
    source: SUBNET_PAGE,
    evidence: Evidence::AnyVariant,
};

/// A subnet whose VPC and range are known.
struct Subnet<'m> {
    resource: Resource<'m>,
    vpc: Identity<'m>,
    block: Ipv4Net,
    property: Node<'m>,
}

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    let subnets: Vec<Subnet<'m>> = model
        .resources("AWS::EC2::Subnet")
        .filter_map(|resource| {
            let property = resource.property("CidrBlock");
            Some(Subnet {
                vpc: resource.property("VpcId").identity()?,
                block: property.text()?.parse().ok()?,
                property,
                resource,
            })
        })
        .collect();
    for (index, subnet) in subnets.iter().enumerate() {
        let overlapping = subnets[..index].iter().find(|other| {
            other.vpc == subnet.vpc
                && (other.block.contains(&subnet.block) || subnet.block.contains(&other.block))
        });
        if let Some(other) = overlapping {
            let message = format!(
                "{} overlaps with {} of subnet {}",
                subnet.block,
                other.block,
                other.resource.name_from(subnet.resource.id.stack)
            );
            report.add(&SUBNETS_OVERLAP, subnet.property.place(), message);
        }
        outside_vpc(model, report, subnet);
    }
}

fn outside_vpc<'m>(model: &'m Model<'m>, report: &mut Report<'m>, subnet: &Subnet<'m>) {
    let vpc = subnet
        .resource
        .property("VpcId")
        .resource_of("AWS::EC2::VPC");
    let Some(blocks) = vpc.and_then(|vpc| vpc_blocks(model, vpc)) else {
        return;
    };
    if blocks.iter().any(|block| block.contains(&subnet.block)) {
        return;
    }
    let blocks: Vec<String> = blocks.iter().map(ToString::to_string).collect();
    let message = format!(
        "{} is not within the VPC's {}",
        subnet.block,
        blocks.join(" or ")
    );
    report.add(&SUBNET_OUTSIDE_VPC, subnet.property.place(), message);
}

/// The IPv4 ranges of a VPC, if all are known.
pub(super) fn vpc_blocks(model: &Model<'_>, vpc: Resource<'_>) -> Option<Vec<Ipv4Net>> {
    let mut blocks: Vec<Ipv4Net> = vec![vpc.property("CidrBlock").text()?.parse().ok()?];
    for association in model.possible_resources("AWS::EC2::VPCCidrBlock") {
        let of = association.property("VpcId");
        match of.resource() {
            Some(other) if other.id != vpc.id => continue,
            Some(_) if association.presence() == Presence::Present => {}
            _ => return None,
        }
        let block = association.property("CidrBlock");
        if let Some(text) = block.text() {
            blocks.push(text.parse().ok()?);
        } else if !block.is_absent() || !association.property("Ipv4IpamPoolId").is_absent() {
            return None;
        }
    }
    Some(blocks)
}
