//! Change sets.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html>

mod checks;
mod compare;
mod complete;
mod details;
mod model;
mod preview;
mod validation;

pub(crate) use checks::checked;
pub(crate) use compare::compare;
pub(crate) use complete::complete;
pub(crate) use model::ChangeSet;
