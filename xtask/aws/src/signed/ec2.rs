//! Calls to EC2.

use deploy::services::Pages;

use super::call::Call;
use super::client::Signed;
use super::error::SignedError;
use super::service::Service;
use super::xml::Element;

pub(crate) const VERSION: &str = "2016-11-15";

/// A peering connection between two networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VpcPeeringConnection {
    /// Its id: `pcx-1a2b3c4d`.
    pub id: String,
    /// What it is: `pending-acceptance`, `active`, `failed` …
    ///
    /// Source: <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle>
    pub status: String,
    /// What EC2 adds to the status.
    pub message: Option<String>,
    /// Who asked for it.
    pub requester: PeeredVpc,
    /// Who is to accept it.
    pub accepter: PeeredVpc,
    /// Until when it can be accepted, where it is not yet.
    pub expires: Option<String>,
}

/// One of the networks of a peering connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeeredVpc {
    /// Its account. EC2 tells what it knows: less while the other side has not accepted.
    pub account: Option<String>,
    /// Its id.
    pub vpc: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its addresses.
    pub cidr_blocks: Vec<String>,
    /// Whether it resolves its public host names to private addresses for the other side.
    pub resolves_for_the_other: Option<bool>,
}

/// The peering connections that a network asked for, or is asked for.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html>
///
/// # Errors
/// When EC2 refuses, does not answer, or answers something else.
pub async fn describe_vpc_peering_connections(
    signed: &Signed,
    filters: &[(&str, &str)],
) -> Result<Vec<VpcPeeringConnection>, SignedError> {
    let mut connections = Vec::new();
    let mut pages = Pages::default();
    let mut next: Option<String> = None;
    loop {
        let call = Call::Query {
            action: "DescribeVpcPeeringConnections",
            version: VERSION,
            parameters: parameters(filters, next.as_deref()),
        };
        let response = signed.call(Service::EC2, call).await?;
        let answer = response.xml()?;
        for item in answer.items("vpcPeeringConnectionSet", "item") {
            let connection = connection(item)
                .ok_or_else(|| response.unreadable("a peering connection without id or status"))?;
            connections.push(connection);
        }
        next = pages
            .next(answer.text("nextToken").map(str::to_owned))
            .map_err(|error| response.unreadable(error))?;
        if next.is_none() {
            return Ok(connections);
        }
    }
}

/// What EC2 calls an address beside the address: `eipalloc-…`. Nothing where the account has no such
/// address.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html>
///
/// # Errors
/// When EC2 refuses, does not answer, or answers something else.
pub async fn allocation(signed: &Signed, address: &str) -> Result<Option<String>, SignedError> {
    let call = Call::Query {
        action: "DescribeAddresses",
        version: VERSION,
        parameters: parameters(&[("public-ip", address)], None),
    };
    let response = signed.call(Service::EC2, call).await?;
    let answer = response.xml()?;
    Ok(answer
        .items("addressesSet", "item")
        .find_map(|item| item.text("allocationId"))
        .map(str::to_owned))
}

fn parameters(filters: &[(&str, &str)], next: Option<&str>) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    for (index, (name, value)) in filters.iter().enumerate() {
        let number = index + 1;
        parameters.push((format!("Filter.{number}.Name"), (*name).to_owned()));
        parameters.push((format!("Filter.{number}.Value.1"), (*value).to_owned()));
    }
    if let Some(token) = next {
        parameters.push(("NextToken".to_owned(), token.to_owned()));
    }
    parameters
}

fn connection(item: &Element) -> Option<VpcPeeringConnection> {
    let status = item.child("status")?;
    Some(VpcPeeringConnection {
        id: item.text("vpcPeeringConnectionId")?.to_owned(),
        status: status.text("code")?.to_owned(),
        message: status.text("message").map(str::to_owned),
        requester: item.child("requesterVpcInfo").map(vpc).unwrap_or_default(),
        accepter: item.child("accepterVpcInfo").map(vpc).unwrap_or_default(),
        expires: item.text("expirationTime").map(str::to_owned),
    })
}

fn vpc(info: &Element) -> PeeredVpc {
    let text = |name| info.text(name).map(str::to_owned);
    let blocks: Vec<String> = info
        .items("cidrBlockSet", "item")
        .filter_map(|block| block.text("cidrBlock"))
        .map(str::to_owned)
        .collect();
    PeeredVpc {
        account: text("ownerId"),
        vpc: text("vpcId"),
        region: text("region"),
        resolves_for_the_other: info
            .child("peeringOptions")
            .and_then(|options| options.text("allowDnsResolutionFromRemoteVpc"))
            .map(|allows| allows == "true"),
        // The set is newer than the single one.
        cidr_blocks: if blocks.is_empty() {
            text("cidrBlock").into_iter().collect()
        } else {
            blocks
        },
    }
}
