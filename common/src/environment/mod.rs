//! Environments and their fields.

mod account;
mod atlas;
mod branch;
mod cluster;
mod definition;
pub(crate) mod domain;
mod ingress;
mod name;
pub(crate) mod network;
mod pipeline;
mod region;
mod retention;
mod watch;
mod zonal;
pub(crate) mod zone;

pub use account::AccountId;
pub use atlas::{Atlas, AtlasCidr, AtlasVpcId, PeeringConnectionId};
pub use branch::Branch;
pub use cluster::{Cluster, ImageId};
pub use definition::Environment;
pub use domain::{Domain, DomainName, HostedZoneId};
pub use ingress::Ingress;
pub use name::EnvironmentName;
pub use network::{Cidr, Nat, Network};
pub use pipeline::{ConnectionArn, Pipeline};
pub use region::Region;
pub use retention::{LogRetention, Retention};
pub use watch::{Alarms, Budget, EmailAddress};
pub use zonal::Zonal;
pub use zone::ZoneId;
