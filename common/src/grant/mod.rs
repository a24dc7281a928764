//! Roles and grants: least-privilege statements that are generated rather than written by hand.
//!
//! A grant is a method of what is granted (`repository.grant_pull(&mut role)`), and adds to a
//! role the statements that it takes and no more. A statement that no grant covers is added with
//! [`RoleBuilder::allow`], next to a comment that says why.

mod grants;
mod role;
mod size;

pub use grants::{GrantKey, GrantLogGroup, GrantRepository, GrantSecret, GrantTopic};
pub use role::RoleBuilder;
pub use size::{POLICY_CHARACTERS, Place};
