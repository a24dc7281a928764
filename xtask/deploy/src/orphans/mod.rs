//! What deleted stacks have left: resources without a name of their own, and the values of
//! parameters.
//!
//! An environment that was destroyed, or lost its stacks, is rebuilt around what stayed. What has a
//! name is imported by CloudFormation itself; keys, secrets and addresses are identified by what AWS
//! chose, and that is remembered by the stacks that had them.

mod identifier;
mod rebuild;
mod retained;

pub use rebuild::{RebuildInput, rebuild_input};
pub use retained::{DeletedStack, Orphan};
pub(crate) use retained::{
    Leftovers, ResourceSet, last_complete_stacks, leftovers_of_deleted_stacks,
    orphans_of_existing_stacks, unnamed_retained,
};
