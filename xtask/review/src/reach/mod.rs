//! Who reaches whom, from the templates of an environment.
//!
//! A connection needs a route, and a security group rule at each end; from the internet also a public address. Each
//! has a resource, and so a place in the definition. What is not in the templates (network ACLs of an account, the
//! other side of a peering, firewalls on machines) is not known: paths say where they rely on it.

mod connection;
mod difference;
mod network;
mod node;
mod path;
mod text;
mod traffic;

pub use connection::{Blocked, Connection, Hop, HopKind, MissingHop};
pub use difference::{AccessChange, AccessDifference};
pub use network::{Family, Network, Peer, Permitted, ResourceId, Rule, SecurityGroup};
pub use node::{Node, UnknownNode};
pub use path::{Answer, FailedPath, Path};
pub use text::{text, text_of_all};
pub use traffic::{Protocol, Traffic};
