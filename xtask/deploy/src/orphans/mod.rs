//! What deleted stacks have left: resources without a name of their own, and the values of
//! parameters.
//!
//! An environment that was destroyed, or lost its stacks, is rebuilt around what stayed. What has a
//! name is imported by CloudFormation itself; keys, secrets and addresses are identified by what AWS
//! chose, and that is remembered by the stacks that had them.

mod find;
mod identify;
mod left;

pub use find::{Remaining, find};
pub use left::{Gone, Orphan};
pub(crate) use left::{Left, Wanted, gone, left_by_earlier_stacks, left_by_living_stacks, wanted};
