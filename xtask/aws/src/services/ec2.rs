//! EC2: networks, the peering, addresses, machine images.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html>

use cloudformation::Page;
use deploy::services::{
    MachineImage, Peering, PeeringSide, PeeringStatus, Route, Vpc, VpcAttribute,
};
use deploy::timestamp::Timestamp;

use crate::signed::ec2::{PeeredVpc, VERSION, describe_vpc_peering_connections};
use crate::signed::{Call, Response, Signed, SignedError};

/// No network of this id.
pub(super) const NO_VPC: &str = "InvalidVpcID.NotFound";

/// A peering connection that waits for nobody.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
pub(super) const NOT_PENDING: &str = "InvalidStateTransition";

fn query(action: &'static str, parameters: &[(&str, &str)]) -> Call {
    Call::Query {
        action,
        version: VERSION,
        parameters: parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

/// By a filter, which finds nothing where an id would be refused.
pub(super) async fn peering(signed: &Signed, id: &str) -> Result<Option<Peering>, SignedError> {
    let filters = [("vpc-peering-connection-id", id)];
    let found = describe_vpc_peering_connections(signed, &filters).await?;
    Ok(found.into_iter().next().map(|found| Peering {
        id: found.id,
        status: PeeringStatus::from(found.status.as_str()),
        message: found.message,
        requester: side(found.requester),
        accepter: side(found.accepter),
        expires: found.expires,
    }))
}

fn side(peered: PeeredVpc) -> PeeringSide {
    PeeringSide {
        account: peered.account,
        vpc: peered.vpc,
        region: peered.region,
        cidrs: peered.cidr_blocks,
        resolves_for_the_other: peered.resolves_for_the_other,
    }
}

pub(super) fn accept_peering(id: &str) -> Call {
    query(
        "AcceptVpcPeeringConnection",
        &[("VpcPeeringConnectionId", id)],
    )
}

pub(super) fn vpc(id: &str) -> Call {
    query("DescribeVpcs", &[("VpcId.1", id)])
}

pub(super) fn read_vpc(response: &Response) -> Result<Option<Vpc>, SignedError> {
    let answer = response.xml()?;
    let Some(item) = answer.items("vpcSet", "item").next() else {
        return Ok(None);
    };
    let id = item
        .text("vpcId")
        .ok_or_else(|| response.unreadable("a network without id"))?;
    let cidrs = item
        .items("cidrBlockAssociationSet", "item")
        .filter(|one| {
            let state = one
                .child("cidrBlockState")
                .and_then(|one| one.text("state"));
            state == Some("associated")
        })
        .filter_map(|one| one.text("cidrBlock"))
        .map(str::to_owned)
        .collect();
    Ok(Some(Vpc {
        id: id.to_owned(),
        cidrs,
    }))
}

pub(super) fn vpc_attribute(vpc: &str, attribute: VpcAttribute) -> Call {
    query(
        "DescribeVpcAttribute",
        &[("VpcId", vpc), ("Attribute", attribute.as_str())],
    )
}

pub(super) fn read_vpc_attribute(
    response: &Response,
    attribute: VpcAttribute,
) -> Result<bool, SignedError> {
    let answer = response.xml()?;
    let value = answer
        .child(attribute.as_str())
        .and_then(|element| element.text("value"));
    match value {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(response.unreadable("no attribute")),
    }
}

pub(super) fn peering_routes(peering: &str, next: Option<String>) -> Call {
    let mut parameters = vec![
        ("Filter.1.Name", "route.vpc-peering-connection-id"),
        ("Filter.1.Value.1", peering),
    ];
    parameters.extend(next.as_deref().map(|next| ("NextToken", next)));
    query("DescribeRouteTables", &parameters)
}

/// The tables have other routes too.
pub(super) fn read_peering_routes(
    response: &Response,
    peering: &str,
) -> Result<Page<Route>, SignedError> {
    let answer = response.xml()?;
    let mut items = Vec::new();
    for table in answer.items("routeTableSet", "item") {
        let id = table
            .text("routeTableId")
            .ok_or_else(|| response.unreadable("a route table without id"))?;
        let over = table
            .items("routeSet", "item")
            .filter(|route| route.text("vpcPeeringConnectionId") == Some(peering));
        items.extend(over.map(|route| {
            Route {
                table: id.to_owned(),
                destination: route
                    .text("destinationCidrBlock")
                    .unwrap_or_default()
                    .to_owned(),
                is_black_hole: route.text("state") == Some("blackhole"),
            }
        }));
    }
    Ok(Page {
        items,
        next: answer.text("nextToken").map(str::to_owned),
    })
}

pub(super) fn addresses() -> Call {
    query("DescribeAddresses", &[])
}

/// Addresses that a load balancer or the like manages by itself count against no quota of ours.
pub(super) fn read_addresses(response: &Response) -> Result<usize, SignedError> {
    let answer = response.xml()?;
    let ours = answer
        .items("addressesSet", "item")
        .filter(|address| address.text("serviceManaged").is_none());
    Ok(ours.count())
}

pub(super) fn vpcs() -> Call {
    query("DescribeVpcs", &[])
}

pub(super) fn read_vpcs(response: &Response) -> Result<usize, SignedError> {
    Ok(response.xml()?.items("vpcSet", "item").count())
}

/// By a filter, which finds nothing where an id would be refused. Images are deprecated two years
/// after they were made, and whoever still starts machines from one has to be told.
pub(super) fn machine_image(id: &str) -> Call {
    query(
        "DescribeImages",
        &[
            ("Filter.1.Name", "image-id"),
            ("Filter.1.Value.1", id),
            ("IncludeDeprecated", "true"),
        ],
    )
}

pub(super) fn read_machine_image(response: &Response) -> Result<Option<MachineImage>, SignedError> {
    let answer = response.xml()?;
    let Some(item) = answer.items("imagesSet", "item").next() else {
        return Ok(None);
    };
    let text = |name: &str| {
        item.text(name)
            .map(str::to_owned)
            .ok_or_else(|| response.unreadable(format!("an image without {name}")))
    };
    let created = text("creationDate")?;
    Ok(Some(MachineImage {
        id: text("imageId")?,
        name: item.text("name").unwrap_or_default().to_owned(),
        created: Timestamp::parse(&created)
            .ok_or_else(|| response.unreadable(format!("`{created}` is no time")))?,
        architecture: text("architecture")?,
    }))
}
