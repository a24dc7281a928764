//! Acceptance of the peering with the database.
//!
//! MongoDB Atlas asks for it, and the AWS side accepts, for which CloudFormation has no resource. A
//! request that is not the one in the environment's file is never accepted: [`check`] is pure and
//! says what differs.
//!
//! Only one option of a peering concerns us: that Atlas resolves its host names to private addresses
//! for us. It is an option of *their* side, which Atlas sets; there is nothing to set on ours.
//! <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-dns.html>

use std::fmt;
use std::time::Duration;

use common::environment::Environment;
use ipnet::Ipv4Net;
use tokio::time::{Instant, sleep};

use crate::inspect::services::{Peering, PeeringSide, PeeringStatus, ServiceError, Services};
use crate::next_step::Situation;

/// What the environment says of its peering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedPeering {
    pub peering: String,
    /// The addresses of the Atlas side.
    pub atlas_cidr: Ipv4Net,
    /// The network of the Atlas side, where the environment knows it.
    pub atlas_vpc: Option<String>,
    pub account: String,
    /// The environment's region, which is that of the database too.
    pub region: String,
    pub cidr: Ipv4Net,
    /// The environment's network, once it is deployed.
    pub vpc: Option<String>,
}

impl ExpectedPeering {
    /// What an environment expects, if it has a peering. `vpc` is its network, once it is deployed.
    #[must_use]
    pub fn of(environment: &Environment, vpc: Option<&str>) -> Option<Self> {
        let atlas = environment.atlas.as_ref()?;
        Some(Self {
            peering: atlas.peering.to_string(),
            atlas_cidr: atlas.cidr.net(),
            atlas_vpc: atlas.vpc.as_ref().map(ToString::to_string),
            account: environment.account.to_string(),
            region: environment.region.to_string(),
            cidr: environment.network.cidr.net(),
            vpc: vpc.map(str::to_owned),
        })
    }
}

/// Something about a peering connection that is not as the environment expects it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    pub what: &'static str,
    /// What the environment says.
    pub expected: String,
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            expected,
            found,
        } = self;
        write!(formatter, "{what}: expected {expected}, found {found}")
    }
}

/// Something that the environment does not know and a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unchecked {
    /// The requester's network, in its account.
    Requester { account: String, vpc: String },
    /// The environment's own network, before it is deployed.
    Accepter { vpc: String },
}

impl fmt::Display for Unchecked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requester { account, vpc } => write!(
                formatter,
                "requested by {vpc} of account {account}: compare with \
                 `atlas networking containers list`"
            ),
            Self::Accepter { vpc } => write!(
                formatter,
                "leads to {vpc}; the environment's network is not deployed yet"
            ),
        }
    }
}

/// Compares a connection with what is expected of it. Returns what could not be compared.
///
/// # Errors
/// When something differs; everything that does.
pub fn check(
    expected: &ExpectedPeering,
    peering: &Peering,
) -> Result<Vec<Unchecked>, Vec<Mismatch>> {
    let mut comparison = Comparison::default();
    let (requester, accepter) = (&peering.requester, &peering.accepter);
    comparison
        .of("the connection")
        .equals(&expected.peering, Some(&peering.id));

    // Who asks. The account alone says nothing: Atlas has many, and does not show them.
    comparison
        .of("the requester's account")
        .differs_from(&expected.account, requester);
    comparison
        .of("the requester's region")
        .equals(&expected.region, requester.region.as_deref());
    comparison
        .of("the requester's addresses")
        .covers(expected.atlas_cidr, requester);
    match &expected.atlas_vpc {
        Some(vpc) => comparison
            .of("the requester's VPC")
            .equals(vpc, requester.vpc.as_deref()),
        None => comparison.unchecked.push(Unchecked::Requester {
            account: or_nothing(requester.account.as_deref()),
            vpc: or_nothing(requester.vpc.as_deref()),
        }),
    }

    // Who is asked.
    comparison
        .of("the accepter's account")
        .equals(&expected.account, accepter.account.as_deref());
    comparison
        .of("the accepter's region")
        .equals(&expected.region, accepter.region.as_deref());
    // EC2 tells the accepter's addresses only once the connection is accepted.
    if !accepter.cidrs.is_empty() {
        comparison
            .of("the accepter's addresses")
            .covers(expected.cidr, accepter);
    }
    match (&expected.vpc, &accepter.vpc) {
        (Some(vpc), found) => comparison
            .of("the accepter's VPC")
            .equals(vpc, found.as_deref()),
        (None, found) => comparison.unchecked.push(Unchecked::Accepter {
            vpc: or_nothing(found.as_deref()),
        }),
    }

    if comparison.differences.is_empty() {
        Ok(comparison.unchecked)
    } else {
        Err(comparison.differences)
    }
}

fn or_nothing(found: Option<&str>) -> String {
    found.unwrap_or("nothing").to_owned()
}

#[derive(Default)]
struct Comparison {
    differences: Vec<Mismatch>,
    unchecked: Vec<Unchecked>,
}

impl Comparison {
    const fn of(&mut self, what: &'static str) -> ComparedItem<'_> {
        ComparedItem {
            what,
            differences: &mut self.differences,
        }
    }
}

/// One property of a connection.
struct ComparedItem<'a> {
    what: &'static str,
    differences: &'a mut Vec<Mismatch>,
}

impl ComparedItem<'_> {
    fn differs(self, expected: impl Into<String>, found: String) {
        self.differences.push(Mismatch {
            what: self.what,
            expected: expected.into(),
            found,
        });
    }

    fn equals(self, expected: &str, found: Option<&str>) {
        if found != Some(expected) {
            self.differs(expected, or_nothing(found));
        }
    }

    /// The requester's account is not the environment's.
    fn differs_from(self, ours: &str, side: &PeeringSide) {
        match side.account.as_deref() {
            Some(account) if account != ours => {}
            found => self.differs("one of Atlas's", or_nothing(found)),
        }
    }

    /// The side has exactly these addresses. More would be reachable than the environment's file
    /// says, and could overlap with what it knows nothing of.
    fn covers(self, expected: Ipv4Net, side: &PeeringSide) {
        let exactly = matches!(side.cidrs.as_slice(), [only] if only.parse() == Ok(expected));
        if !exactly {
            let found = match side.cidrs.as_slice() {
                [] => "nothing".to_owned(),
                some => some.join(", "),
            };
            self.differs(expected.to_string(), found);
        }
    }
}

/// For how long, and how often, is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitOptions {
    /// The longest time between two looks; the first ones follow each other sooner.
    pub interval: Duration,
    /// The time in which the connection has to become active. It takes seconds, as a rule.
    pub timeout: Duration,
}

impl Default for WaitOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(4),
            timeout: Duration::from_secs(5 * 60),
        }
    }
}

/// What happens on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptProgress {
    /// The connection is the one in the environment's file, as far as that tells.
    Checked(Vec<Unchecked>),
    Accepting,
    /// It is not active yet.
    Waiting(PeeringStatus),
    /// A look failed, and is repeated.
    Retrying(String),
}

/// How it ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptOutcome {
    /// It was accepted now, and is active.
    Accepted,
    /// It was active before.
    AlreadyActive,
}

/// Why it did not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    #[error("there is no peering connection {peering} in {region}")]
    Missing { peering: String, region: String },
    /// It is not the connection that the environment expects.
    #[error("{peering} is not the peering of this environment: {}", joined(.differences))]
    Mismatch {
        peering: String,
        differences: Vec<Mismatch>,
    },
    /// It can't be accepted any more.
    #[error("{peering} is {status}{}", suffix(.message.as_deref()))]
    Terminated {
        peering: String,
        status: PeeringStatus,
        message: Option<String>,
    },
    /// A person did not agree.
    #[error("{peering} was not accepted: not confirmed")]
    Declined { peering: String },
    /// It takes too long.
    #[error("{peering} is still {status} after {} seconds", .waited.as_secs())]
    TimedOut {
        peering: String,
        status: PeeringStatus,
        waited: Duration,
    },
    /// EC2 could not be asked.
    #[error("{action} failed")]
    Service {
        action: &'static str,
        #[source]
        source: ServiceError,
    },
}

impl AcceptError {
    #[must_use]
    pub const fn next_step(&self) -> Option<Situation<'static>> {
        match self {
            Self::Missing { .. } => Some(Situation::PeeringUnknown),
            Self::Mismatch { .. } => Some(Situation::PeeringDiffers),
            Self::Terminated { .. } => Some(Situation::PeeringTerminated),
            Self::TimedOut { .. } => Some(Situation::PeeringPending),
            Self::Declined { .. } => Some(Situation::PeeringUnconfirmed),
            Self::Service { .. } => None,
        }
    }
}

fn joined(differences: &[Mismatch]) -> String {
    let each: Vec<String> = differences.iter().map(ToString::to_string).collect();
    each.join("; ")
}

fn suffix(message: Option<&str>) -> String {
    message.map_or_else(String::new, |message| format!(": {message}"))
}

/// Accepts the peering connection of an environment, and waits until it is active.
///
/// Does nothing where it is active already. `report` is told what happens; `agree` is asked once,
/// after the connection was compared and before it is accepted, with what could not be compared.
///
/// # Errors
/// When the connection is missing, over, or not the one that is expected; when it is not agreed to;
/// when it does not become active in time; when EC2 can't be asked.
pub async fn accept<S: Services>(
    services: &S,
    expected: &ExpectedPeering,
    wait: WaitOptions,
    mut report: impl FnMut(AcceptProgress),
    agree: impl FnOnce(&[Unchecked]) -> bool,
) -> Result<AcceptOutcome, AcceptError> {
    let deadline = Instant::now() + wait.timeout;
    let mut pause = wait.interval / 16;
    let mut agree = Some(agree);
    let mut accepted = AcceptOutcome::AlreadyActive;
    let mut is_accepted = false;
    loop {
        let (peering, unchecked) =
            read_peering(services, expected, wait, deadline, &mut report).await?;
        match &peering.status {
            PeeringStatus::Active => return Ok(accepted),
            // AcceptOutcome, and what EC2 shows is a little old: accepting again would be refused.
            PeeringStatus::PendingAcceptance if !is_accepted => {
                if let Some(agree) = agree.take() {
                    report(AcceptProgress::Checked(unchecked.clone()));
                    if !agree(&unchecked) {
                        return Err(AcceptError::Declined {
                            peering: peering.id,
                        });
                    }
                }
                report(AcceptProgress::Accepting);
                accepted = AcceptOutcome::Accepted;
                match services.accept_peering(&peering.id).await {
                    Ok(()) => is_accepted = true,
                    // Whether it took effect shows when it is looked at again.
                    Err(error) if error.is_transient() => {
                        report(AcceptProgress::Retrying(error.to_string()));
                    }
                    Err(source) => {
                        return Err(AcceptError::Service {
                            action: "ec2:AcceptVpcPeeringConnection",
                            source,
                        });
                    }
                }
            }
            status => report(AcceptProgress::Waiting(status.clone())),
        }
        if Instant::now() >= deadline {
            return Err(AcceptError::TimedOut {
                peering: peering.id,
                status: peering.status,
                waited: wait.timeout,
            });
        }
        sleep(pause).await;
        pause = (pause * 2).min(wait.interval);
    }
}

/// The connection, compared with what is expected. A look that fails for the moment is repeated
/// while there is time.
async fn read_peering<S: Services>(
    services: &S,
    expected: &ExpectedPeering,
    wait: WaitOptions,
    deadline: Instant,
    report: &mut impl FnMut(AcceptProgress),
) -> Result<(Peering, Vec<Unchecked>), AcceptError> {
    let answer = loop {
        match services.peering(&expected.peering).await {
            Err(error) if error.is_transient() && Instant::now() < deadline => {
                report(AcceptProgress::Retrying(error.to_string()));
                sleep(wait.interval).await;
            }
            answer => break answer,
        }
    };
    let peering = answer
        .map_err(|source| AcceptError::Service {
            action: "ec2:DescribeVpcPeeringConnections",
            source,
        })?
        .ok_or_else(|| AcceptError::Missing {
            peering: expected.peering.clone(),
            region: expected.region.clone(),
        })?;
    // One that is over shows nothing that could be compared.
    if peering.status.is_terminal() {
        return Err(AcceptError::Terminated {
            peering: peering.id,
            status: peering.status,
            message: peering.message,
        });
    }
    match check(expected, &peering) {
        Ok(unchecked) => Ok((peering, unchecked)),
        Err(differences) => Err(AcceptError::Mismatch {
            peering: peering.id,
            differences,
        }),
    }
}
