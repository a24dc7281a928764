//! What is dangerous about a change of one stack.
//!
//! What lives here: findings that come from comparing the deployed template with the new one. What
//! never comes in: other stacks, and whether something was acknowledged.

mod assess;
mod iam_permissions;
mod iam_principals;
mod iam_statements;
mod network_rules;
mod replacement_conflicts;
mod resources;
mod retention_removed;

pub(super) use assess::assess;
pub(super) use iam_permissions::{MANAGED_POLICY, PermissionScope, missing_permissions};
pub(super) use resources::{critical_resources, has_guarded};
