//! Orphans: resources that deleted stacks retained and that have no name of their own.
//!
//! A destroyed environment is rebuilt around what was retained. CloudFormation itself imports
//! resources with a name; keys, secrets and addresses are identified by what AWS chose, which the
//! history of their stacks tells.

mod identifier;
mod rebuild;
mod retained;

pub use rebuild::{RebuildInput, rebuild_input};
pub use retained::{DeletedStack, Orphan};
pub(crate) use retained::{
    Leftovers, ResourceSet, last_complete_stacks, leftovers_of_deleted_stacks,
    orphans_of_existing_stacks, unnamed_retained,
};
