//! Change sets: what an update would do.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html>

mod compare;
mod details;
mod make;
mod model;
mod preview;

pub(crate) use compare::compare;
pub(crate) use model::ChangeSet;
