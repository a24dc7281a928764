//! The permissions that CloudFormation's role needs to manage a resource.
//!
//! The schemas of the types list the actions, and a table the calls that no schema lists. Each
//! becomes a request on its resource, with the condition keys that IAM evaluates. Permissions that
//! a schema lists only for uses that no template makes are left out, by the same tables that the
//! policies are generated from. [`crate::pipelines::policy`] decides the requests.

mod call;
mod iam;
mod kms;
mod permissions;

pub use call::{Operation, RequiredPermission};
pub use permissions::HandlerPermissions;
