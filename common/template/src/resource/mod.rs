//! Resources: what the generated types implement, and the attributes CloudFormation gives every
//! resource.

mod attributes;
mod declared;
mod resource_type;

pub use attributes::{
    CreationPolicy, DeletionPolicy, RollingUpdate, UpdatePolicy, UpdateReplacePolicy,
};
pub(crate) use declared::Attributes;
pub use declared::{Declared, ResourceExt};
pub use resource_type::{Permissions, Resource, TagShape, TypeFacts};
