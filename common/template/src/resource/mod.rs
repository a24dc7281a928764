//! Resources: what the generated types implement, and the attributes CloudFormation gives every
//! resource.

mod attributes;
mod declared;
mod facts;

pub use attributes::{
    CreationPolicy, DeletionPolicy, RollingUpdate, UpdatePolicy, UpdateReplacePolicy,
};
pub(crate) use declared::Attributes;
pub use declared::{Declared, ResourceExt};
pub use facts::{Permissions, TagShape, TypeFacts};

use crate::{LogicalId, Properties};

/// A resource type. Implemented by generated code only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a CloudFormation resource",
    note = "resources are generated into `common_resources`; nested property types go into the \
            setters of their resource"
)]
pub trait Resource: Sized {
    /// What is known of the type.
    const FACTS: &'static TypeFacts;
    /// What a template gives back when the resource is added: its `Ref` and attributes.
    type Handle: From<LogicalId>;
    /// The properties that were set.
    fn into_properties(self) -> Properties;
}
