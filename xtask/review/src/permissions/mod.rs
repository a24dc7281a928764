//! Permissions in templates: policy statements, and whether one covers another; what an environment's principals and
//! resource policies allow, and what a change adds to it.

mod documents;
mod rights;
mod statement;

pub use documents::{OWNERS, attachments, boundaries, policy_statements};
pub use rights::{Holder, Right, RightChange, Rights, Scope, gained, lost};
pub(crate) use rights::{gained_between, lost_between};
pub use statement::{Statement, action_matches, statements};
