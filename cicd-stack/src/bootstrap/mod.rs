//! The stacks `bootstrap` and `bootstrap-roles`: what has to be there before anything can be
//! deployed.
//!
//! A person applies them, and no pipeline can touch them: they hold what limits pipelines.

mod artifact_key;
mod buckets;
mod budget;
mod definition_boundary;
mod deploy_role;
mod drift_role;
mod execution_role;
mod image_cache;
mod roles;
mod service_linked_roles;
mod stack;
mod workload_boundary;

pub use roles::{RoleExports, RoleOutputs, role_exports, roles};
/// The types that no other stack holds.
pub(crate) const OWN_TYPES: [&str; 3] = [
    "AWS::Budgets::Budget",
    "AWS::ECR::PullThroughCacheRule",
    "AWS::ECR::RepositoryCreationTemplate",
];

pub use stack::{Exports, Outputs, exports, stack};
