//! Compares a peering connection with the environment.

use std::fmt;

use common::environment::Environment;
use ipnet::Ipv4Net;

use crate::services::{Peering, PeeringSide};

/// What the environment says of its peering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The connection's id.
    pub peering: String,
    /// The addresses of the Atlas side.
    pub atlas_cidr: Ipv4Net,
    /// The network of the Atlas side, where the environment knows it.
    pub atlas_vpc: Option<String>,
    /// The environment's account.
    pub account: String,
    /// The environment's region, which is that of the database too.
    pub region: String,
    /// The environment's addresses.
    pub cidr: Ipv4Net,
    /// The environment's network, once it is deployed.
    pub vpc: Option<String>,
}

impl Expected {
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
pub struct Difference {
    /// What.
    pub what: &'static str,
    /// What the environment says.
    pub expected: String,
    /// What EC2 says.
    pub found: String,
}

impl fmt::Display for Difference {
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
    Requester {
        /// The account.
        account: String,
        /// The network.
        vpc: String,
    },
    /// The environment's own network, before it is deployed.
    Accepter {
        /// The network.
        vpc: String,
    },
}

impl fmt::Display for Unchecked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requester { account, vpc } => write!(
                formatter,
                "it is asked for by {vpc} of account {account}: compare with \
                 `atlas networking containers list`"
            ),
            Self::Accepter { vpc } => write!(
                formatter,
                "it leads to {vpc}, and the environment's network is not deployed yet"
            ),
        }
    }
}

/// Compares a connection with what is expected of it. Returns what could not be compared.
///
/// # Errors
/// When something differs; everything that does.
pub fn check(expected: &Expected, peering: &Peering) -> Result<Vec<Unchecked>, Vec<Difference>> {
    let mut comparison = Comparison::default();
    let (requester, accepter) = (&peering.requester, &peering.accepter);
    comparison.equal("the connection", &expected.peering, Some(&peering.id));

    // Who asks. The account alone says nothing: Atlas has many, and does not show them.
    comparison.different("the requester's account", &expected.account, requester);
    comparison.equal(
        "the requester's region",
        &expected.region,
        requester.region.as_deref(),
    );
    comparison.covers("the requester's addresses", expected.atlas_cidr, requester);
    match &expected.atlas_vpc {
        Some(vpc) => comparison.equal("the requester's VPC", vpc, requester.vpc.as_deref()),
        None => comparison.unchecked.push(Unchecked::Requester {
            account: shown(requester.account.as_deref()),
            vpc: shown(requester.vpc.as_deref()),
        }),
    }

    // Who is asked.
    comparison.equal(
        "the accepter's account",
        &expected.account,
        accepter.account.as_deref(),
    );
    comparison.equal(
        "the accepter's region",
        &expected.region,
        accepter.region.as_deref(),
    );
    // EC2 tells the accepter's addresses only once the connection is accepted.
    if !accepter.cidrs.is_empty() {
        comparison.covers("the accepter's addresses", expected.cidr, accepter);
    }
    match (&expected.vpc, &accepter.vpc) {
        (Some(vpc), found) => comparison.equal("the accepter's VPC", vpc, found.as_deref()),
        (None, found) => comparison.unchecked.push(Unchecked::Accepter {
            vpc: shown(found.as_deref()),
        }),
    }

    if comparison.differences.is_empty() {
        Ok(comparison.unchecked)
    } else {
        Err(comparison.differences)
    }
}

fn shown(found: Option<&str>) -> String {
    found.unwrap_or("nothing").to_owned()
}

#[derive(Default)]
struct Comparison {
    differences: Vec<Difference>,
    unchecked: Vec<Unchecked>,
}

impl Comparison {
    fn differs(&mut self, what: &'static str, expected: impl Into<String>, found: String) {
        self.differences.push(Difference {
            what,
            expected: expected.into(),
            found,
        });
    }

    fn equal(&mut self, what: &'static str, expected: &str, found: Option<&str>) {
        if found != Some(expected) {
            self.differs(what, expected, shown(found));
        }
    }

    /// The requester is somebody else than us.
    fn different(&mut self, what: &'static str, ours: &str, side: &PeeringSide) {
        match side.account.as_deref() {
            Some(account) if account != ours => {}
            found => self.differs(what, "one of Atlas's", shown(found)),
        }
    }

    /// The side has exactly these addresses. More would be reachable than the environment's file
    /// says, and could overlap with what it knows nothing of.
    fn covers(&mut self, what: &'static str, expected: Ipv4Net, side: &PeeringSide) {
        let exactly = matches!(side.cidrs.as_slice(), [only] if only.parse() == Ok(expected));
        if !exactly {
            let found = match side.cidrs.as_slice() {
                [] => "nothing".to_owned(),
                some => some.join(", "),
            };
            self.differs(what, expected.to_string(), found);
        }
    }
}
