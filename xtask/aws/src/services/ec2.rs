//! EC2: networks, the peering, addresses, machine images.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html>

use cloudformation::Page;
use deploy::inspect::services::{
    MachineImage, Peering, PeeringSide, PeeringStatus, Route, Vpc, VpcAttribute,
};
use deploy::timestamp::Timestamp;

use crate::sdk::pages::PageRequest;
use crate::signed::xml::Element;
use crate::signed::{Call, Response, Service, Signed, SignedError};

const VERSION: &str = "2016-11-15";

pub(super) const NO_VPC: &str = "InvalidVpcID.NotFound";

/// The peering connection is not pending acceptance.
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

/// The peering connections that match filters.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html>
///
/// # Errors
/// When EC2 refuses, does not answer, or answers something else.
pub async fn peerings(
    signed: &Signed,
    filters: &[(&str, &str)],
) -> Result<Vec<Peering>, SignedError> {
    let mut peerings = Vec::new();
    let mut page = PageRequest::of(None);
    loop {
        let call = Call::Query {
            action: "DescribeVpcPeeringConnections",
            version: VERSION,
            parameters: filtered(filters, page.token()),
        };
        let response = signed.call(Service::EC2, call).await?;
        let answer = response.xml()?;
        for item in answer.items("vpcPeeringConnectionSet", "item") {
            peerings.push(
                peering(item).ok_or_else(|| {
                    response.unreadable("a peering connection without id or status")
                })?,
            );
        }
        let token = answer.child_text("nextToken").map(str::to_owned);
        match page
            .next(token)
            .map_err(|error| response.unreadable(error))?
        {
            None => return Ok(peerings),
            next => page = PageRequest::of(next),
        }
    }
}

/// The allocation id of an Elastic IP address: `eipalloc-…`. Nothing where the account has no such
/// address.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html>
///
/// # Errors
/// When EC2 refuses, does not answer, or answers something else.
pub async fn allocation_id(signed: &Signed, address: &str) -> Result<Option<String>, SignedError> {
    let call = Call::Query {
        action: "DescribeAddresses",
        version: VERSION,
        parameters: filtered(&[("public-ip", address)], None),
    };
    let response = signed.call(Service::EC2, call).await?;
    let answer = response.xml()?;
    let mut addresses = answer.items("addressesSet", "item");
    let id = addresses.find_map(|item| item.child_text("allocationId"));
    Ok(id.map(str::to_owned))
}

fn filtered(filters: &[(&str, &str)], token: Option<String>) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    for (number, (name, value)) in (1..).zip(filters) {
        parameters.push((format!("Filter.{number}.Name"), (*name).to_owned()));
        parameters.push((format!("Filter.{number}.Value.1"), (*value).to_owned()));
    }
    parameters.extend(token.map(|token| ("NextToken".to_owned(), token)));
    parameters
}

fn peering(item: &Element) -> Option<Peering> {
    let status = item.child("status")?;
    let side = |name| item.child(name).map(side).unwrap_or_default();
    Some(Peering {
        id: item.child_text("vpcPeeringConnectionId")?.to_owned(),
        status: PeeringStatus::from(status.child_text("code")?),
        message: status.child_text("message").map(str::to_owned),
        requester: side("requesterVpcInfo"),
        accepter: side("accepterVpcInfo"),
        expires: item.child_text("expirationTime").map(str::to_owned),
    })
}

fn side(info: &Element) -> PeeringSide {
    let text = |name| info.child_text(name).map(str::to_owned);
    let cidrs: Vec<String> = info
        .items("cidrBlockSet", "item")
        .filter_map(|block| block.child_text("cidrBlock"))
        .map(str::to_owned)
        .collect();
    PeeringSide {
        account: text("ownerId"),
        vpc: text("vpcId"),
        region: text("region"),
        resolves_remote_dns: info
            .child("peeringOptions")
            .and_then(|options| options.child_text("allowDnsResolutionFromRemoteVpc"))
            .map(|allows| allows == "true"),
        // The set is newer than the single block.
        cidrs: if cidrs.is_empty() {
            text("cidrBlock").into_iter().collect()
        } else {
            cidrs
        },
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
        .child_text("vpcId")
        .ok_or_else(|| response.unreadable("a network without id"))?;
    let cidrs = item
        .items("cidrBlockAssociationSet", "item")
        .filter(|one| {
            let state = one
                .child("cidrBlockState")
                .and_then(|one| one.child_text("state"));
            state == Some("associated")
        })
        .filter_map(|one| one.child_text("cidrBlock"))
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
        .and_then(|element| element.child_text("value"));
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
            .child_text("routeTableId")
            .ok_or_else(|| response.unreadable("a route table without id"))?;
        let over = table
            .items("routeSet", "item")
            .filter(|route| route.child_text("vpcPeeringConnectionId") == Some(peering));
        items.extend(over.map(|route| {
            Route {
                table: id.to_owned(),
                destination: route
                    .child_text("destinationCidrBlock")
                    .unwrap_or_default()
                    .to_owned(),
                is_blackhole: route.child_text("state") == Some("blackhole"),
            }
        }));
    }
    Ok(Page {
        items,
        next: answer.child_text("nextToken").map(str::to_owned),
    })
}

pub(super) fn addresses() -> Call {
    query("DescribeAddresses", &[])
}

/// Addresses that another service manages do not count against the quota.
pub(super) fn read_addresses(response: &Response) -> Result<usize, SignedError> {
    let answer = response.xml()?;
    let ours = answer
        .items("addressesSet", "item")
        .filter(|address| address.child_text("serviceManaged").is_none());
    Ok(ours.count())
}

pub(super) fn vpcs() -> Call {
    query("DescribeVpcs", &[])
}

pub(super) fn read_vpcs(response: &Response) -> Result<usize, SignedError> {
    let answer = response.xml()?;
    Ok(answer.items("vpcSet", "item").count())
}

/// By a filter, which finds nothing where an id would be refused. Images are deprecated two years
/// after they were made, and the doctor has to report machines that still start from one.
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
        item.child_text(name)
            .map(str::to_owned)
            .ok_or_else(|| response.unreadable(format!("an image without {name}")))
    };
    let created = text("creationDate")?;
    Ok(Some(MachineImage {
        id: text("imageId")?,
        name: item.child_text("name").unwrap_or_default().to_owned(),
        created: Timestamp::parse(&created)
            .ok_or_else(|| response.unreadable(format!("`{created}` is no time")))?,
        architecture: text("architecture")?,
    }))
}
