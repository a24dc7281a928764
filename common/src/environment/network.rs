//! An environment's address plan.
//!
//! Lives here: which address blocks are accepted, and how a network is cut into subnets. The cut
//! is arithmetic on the network's block alone: nothing in the files can move a subnet.

use ipnet::Ipv4Net;

use super::Zonal;
use crate::input::Invalid;

/// Address block and NAT gateways of an environment's VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// The network's address block.
    pub cidr: Cidr,
    /// How many NAT gateways carry traffic to the internet.
    pub nat: Nat,
}

/// How traffic from the private subnets reaches the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nat {
    /// A gateway in each zone: the loss of a zone takes nothing from the other.
    PerZone,
    /// One gateway in the first zone: half the price, and without it no zone reaches out.
    Single,
}

impl std::str::FromStr for Nat {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "per-zone" => Ok(Self::PerZone),
            "single" => Ok(Self::Single),
            _ => Err(Invalid::choice(text, &["per-zone", "single"])),
        }
    }
}

impl Network {
    /// The subnets of what faces the internet: an eighth of the network each, /27 at the smallest,
    /// which is the least that an application load balancer accepts.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer>
    #[must_use]
    pub fn public_subnets(&self) -> Zonal<Ipv4Net> {
        Zonal::new(self.cidr.part(3, 4), self.cidr.part(3, 5))
    }

    /// The subnets of machines and of the internal load balancer: a quarter of the network each.
    /// The last quarter of the network stays free.
    #[must_use]
    pub fn private_subnets(&self) -> Zonal<Ipv4Net> {
        Zonal::new(self.cidr.part(2, 0), self.cidr.part(2, 1))
    }
}

/// The address block of a network: private, canonical, /16 to /24.
///
/// Larger than /16 is more than a VPC takes; smaller than /24 leaves subnets that an application
/// load balancer refuses. <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr(Ipv4Net);

impl Cidr {
    /// The block as a network address with its prefix length.
    #[must_use]
    pub const fn net(self) -> Ipv4Net {
        self.0
    }

    /// The part with this index when the block is halved `halvings` times.
    fn part(self, halvings: u8, index: u32) -> Ipv4Net {
        let length = self.0.prefix_len().saturating_add(halvings).min(32);
        let offset = index << (32 - u32::from(length));
        let address = u32::from(self.0.network()) | offset;
        // The length is at most 32, so the fallback is never taken.
        Ipv4Net::new(address.into(), length).unwrap_or(self.0)
    }
}

impl std::fmt::Display for Cidr {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::str::FromStr for Cidr {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        private_block(text, 16..=24, &SHARED_TOO).map(Self)
    }
}

type Space = (&'static str, Ipv4Net);

const fn block(a: u8, b: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(a, b, 0, 0), length)
}

/// The private address spaces of RFC 1918.
pub(crate) const PRIVATE: [Space; 3] = [
    ("10.0.0.0/8", block(10, 0, 8)),
    ("172.16.0.0/12", block(172, 16, 12)),
    ("192.168.0.0/16", block(192, 168, 16)),
];

/// RFC 1918 and RFC 6598.
const SHARED_TOO: [Space; 4] = [
    PRIVATE[0],
    PRIVATE[1],
    PRIVATE[2],
    ("100.64.0.0/10", block(100, 64, 10)),
];

/// Docker's default bridge on every machine: containers reach nothing else that has these
/// addresses. <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
const DOCKER: Ipv4Net = block(172, 17, 16);

/// Reads an address block of a length within the range, inside one of the spaces.
pub(crate) fn private_block(
    text: &str,
    lengths: std::ops::RangeInclusive<u8>,
    spaces: &[Space],
) -> Result<Ipv4Net, Invalid> {
    let net: Ipv4Net = text
        .parse()
        .map_err(|_| Invalid::expected("an IPv4 address block, such as \"10.0.0.0/16\"", text))?;
    if net != net.trunc() {
        return Err(
            Invalid::new(format!("{net} has bits set behind its prefix")).with_help(format!(
                "the block that holds this address is \"{}\"",
                net.trunc()
            )),
        );
    }
    if !lengths.contains(&net.prefix_len()) {
        return Err(Invalid::new(format!(
            "the prefix length must be from /{} to /{}, found /{}",
            lengths.start(),
            lengths.end(),
            net.prefix_len()
        )));
    }
    if !spaces.iter().any(|(_, space)| space.contains(&net)) {
        let names: Vec<&str> = spaces.iter().map(|(name, _)| *name).collect();
        return Err(
            Invalid::new(format!("{net} is not in private address space"))
                .with_help(format!("private address space is {}", names.join(", "))),
        );
    }
    if overlap(net, DOCKER) {
        return Err(
            Invalid::new(format!("{net} overlaps with Docker's bridge, {DOCKER}"))
                .with_help("containers could not reach these addresses; choose another block"),
        );
    }
    Ok(net)
}

/// Whether the blocks have an address in common: of two blocks, one holds the other or they are
/// apart.
pub(crate) fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets_are_apart_inside_the_network_and_large_enough() {
        for length in 16..=24 {
            let cidr: Cidr = format!("10.20.0.0/{length}").parse().unwrap();
            let network = Network {
                cidr,
                nat: Nat::Single,
            };
            let (public, private) = (network.public_subnets(), network.private_subnets());
            let subnets = [private.first, private.second, public.first, public.second];
            for (index, subnet) in subnets.iter().enumerate() {
                assert!(cidr.net().contains(subnet), "{subnet} in {cidr}");
                assert!(subnet.prefix_len() <= 27);
                assert!(
                    subnets
                        .iter()
                        .skip(index + 1)
                        .all(|other| !overlap(*subnet, *other))
                );
            }
            assert_eq!(private.first.prefix_len(), private.second.prefix_len());
            assert_eq!(public.first.prefix_len(), public.second.prefix_len());
            assert!(private.first.prefix_len() < public.first.prefix_len());
        }
    }

    #[test]
    fn a_network_is_cut_by_arithmetic() {
        let network = Network {
            cidr: "10.20.0.0/16".parse().unwrap(),
            nat: Nat::PerZone,
        };
        let text = |subnets: Zonal<Ipv4Net>| subnets.map(|subnet| subnet.to_string());
        let expected = Zonal::new("10.20.0.0/18".to_owned(), "10.20.64.0/18".to_owned());
        assert_eq!(text(network.private_subnets()), expected);
        let expected = Zonal::new("10.20.128.0/19".to_owned(), "10.20.160.0/19".to_owned());
        assert_eq!(text(network.public_subnets()), expected);
    }
}
