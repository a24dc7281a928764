//! The stacks `bootstrap` and `bootstrap-roles`, which every deployment needs.
//!
//! A person applies them, and no pipeline can change them: they hold what limits the pipelines.

mod artifact_key;
mod buckets;
mod budget;
mod definition_boundary;
mod deploy_role;
mod exports;
mod generated_roles;
mod image_cache;
mod roles;
mod service_linked_roles;
mod stack;
mod workload_boundary;

pub use exports::{Exports, Outputs, RoleExports, RoleOutputs, exports, role_exports};
pub use roles::roles;
pub use stack::stack;

pub(crate) use exports::{ARTIFACTS, CACHE, RELEASE, RELEASES, bucket_name};

/// The types that no other stack holds.
pub(crate) const OWN_TYPES: [&str; 3] = [
    "AWS::Budgets::Budget",
    "AWS::ECR::PullThroughCacheRule",
    "AWS::ECR::RepositoryCreationTemplate",
];
