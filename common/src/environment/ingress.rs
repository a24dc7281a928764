//! The kind of entry to an environment's load balancer.

use std::str::FromStr;

use crate::input::Invalid;

/// The way in. Changing it replaces the load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ingress {
    /// Addresses that never change: a network load balancer with an Elastic IP in each zone, in
    /// front of an internal application load balancer.
    StaticIp,
    /// A name whose addresses come and go: an internet-facing application load balancer.
    Dns,
}

impl FromStr for Ingress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "static-ip" => Ok(Self::StaticIp),
            "dns" => Ok(Self::Dns),
            _ => Err(Invalid::choice(text, &["static-ip", "dns"])),
        }
    }
}
