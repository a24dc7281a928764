//! Networks and load balancers of EC2.

use std::fmt;

/// A peering connection.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnection.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peering {
    pub id: String,
    pub status: PeeringStatus,
    /// What EC2 says of the status.
    pub message: Option<String>,
    /// Who asked for it: MongoDB Atlas.
    pub requester: PeeringSide,
    /// Who is asked: the environment.
    pub accepter: PeeringSide,
    /// When the request expires, as EC2 writes it.
    pub expires: Option<String>,
}

/// One side of a peering connection. Of a deleted one EC2 shows next to nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeeringSide {
    pub account: Option<String>,
    pub vpc: Option<String>,
    pub region: Option<String>,
    /// Its address blocks. The requester's are known before the connection is accepted, the
    /// accepter's only afterwards.
    pub cidrs: Vec<String>,
    /// Whether this side resolves its public host names to private addresses for the other side.
    /// Each side can set and, as far as documented, see only its own.
    pub resolves_remote_dns: Option<bool>,
}

/// The status of a peering connection.
/// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeeringStatus {
    InitiatingRequest,
    /// It waits to be accepted, for a week.
    PendingAcceptance,
    /// Accepted, and soon active.
    Provisioning,
    Active,
    Deleting,
    Deleted,
    /// Refused by the accepter.
    Rejected,
    Failed,
    /// It was not accepted in time.
    Expired,
    /// A status that this version does not know.
    Unknown(String),
}

impl PeeringStatus {
    /// As EC2 writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::InitiatingRequest => "initiating-request",
            Self::PendingAcceptance => "pending-acceptance",
            Self::Provisioning => "provisioning",
            Self::Active => "active",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Unknown(text) => text,
        }
    }

    /// Whether it will never be active: Atlas has to ask again.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Deleting | Self::Deleted | Self::Rejected | Self::Failed | Self::Expired
        )
    }
}

impl From<&str> for PeeringStatus {
    fn from(text: &str) -> Self {
        const KNOWN: [PeeringStatus; 9] = [
            PeeringStatus::InitiatingRequest,
            PeeringStatus::PendingAcceptance,
            PeeringStatus::Provisioning,
            PeeringStatus::Active,
            PeeringStatus::Deleting,
            PeeringStatus::Deleted,
            PeeringStatus::Rejected,
            PeeringStatus::Failed,
            PeeringStatus::Expired,
        ];
        KNOWN
            .into_iter()
            .find(|known| known.as_str() == text)
            .unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}

impl fmt::Display for PeeringStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A VPC.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    pub id: String,
    /// Its address blocks, those that are associated.
    pub cidrs: Vec<String>,
}

/// What can be asked of a VPC's DNS.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html#vpc-dns-support>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VpcAttribute {
    /// Whether names are resolved in it.
    DnsSupport,
    /// Whether its machines have public host names, and those of peers resolve to private addresses.
    DnsHostnames,
}

impl VpcAttribute {
    /// As EC2 writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DnsSupport => "enableDnsSupport",
            Self::DnsHostnames => "enableDnsHostnames",
        }
    }
}

/// A route over a peering connection.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub table: String,
    /// The addresses that it leads to.
    pub destination: String,
    /// Whether it leads nowhere: the connection isn't active.
    pub is_blackhole: bool,
}

/// A load balancer, as far as it is counted.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancer.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadBalancerKind {
    Application,
    Network,
    /// Of another kind, with a quota of its own.
    Other,
}

impl From<&str> for LoadBalancerKind {
    fn from(text: &str) -> Self {
        match text {
            "application" => Self::Application,
            "network" => Self::Network,
            _ => Self::Other,
        }
    }
}
