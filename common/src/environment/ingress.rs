//! How clients get to an environment's load balancer.

/// The way in. Changing it replaces the load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ingress {
    /// Addresses that never change: a network load balancer with an Elastic IP in each zone, in
    /// front of an internal application load balancer.
    StaticIp,
    /// A name whose addresses come and go: an internet-facing application load balancer.
    Dns,
}
