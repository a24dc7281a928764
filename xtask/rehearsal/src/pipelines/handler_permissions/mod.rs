//! What managing a resource asks of the role that CloudFormation acts as.
//!
//! The schemas of the types list the actions, and a table the calls that no schema does; here each
//! becomes a request on the resource that it is about, with the keys that IAM's conditions are asked for.
//! What the schema lists for uses of a type that no template makes is left out, by the same tables that
//! the policies are generated from.
//! Nothing here decides: see [`crate::pipelines::policy`].

mod call;
mod iam;
mod kms;
mod permissions;

pub use call::{Operation, RequiredPermission};
pub use permissions::HandlerPermissions;
