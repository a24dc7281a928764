//! Risks of the change of one stack.
//!
//! Findings from comparing the deployed template with the new one. Other stacks and
//! acknowledgements are not considered here.

mod assess;
mod iam_permissions;
mod network_rules;
mod replacement_conflicts;
mod resources;
mod retention_removed;

pub(super) use assess::assess;
pub(super) use iam_permissions::{MANAGED_POLICY, PermissionScope, missing_permissions};
pub(super) use resources::{critical_resources, has_guarded};
