//! The definition that an inspection is compared with.

use common::assembly::Assembly;
use common::environment::Environment;
use common::naming::StackName;

use crate::inspect::inspection::Account;

/// What is known of an environment without any call.
#[derive(Clone, Copy, Debug)]
pub struct DoctorContext<'a> {
    pub environment: &'a Environment,
    /// Its stacks as they are defined.
    pub assembly: &'a Assembly,
    pub head: BranchHead<'a>,
}

/// The head of a branch in the repository of the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchHead<'a> {
    NotRead,
    Commit(&'a str),
    /// It can't be read, for this reason.
    Unreadable(&'a str),
}

impl<'a> BranchHead<'a> {
    pub(crate) const fn commit(self) -> Option<&'a str> {
        match self {
            Self::Commit(commit) => Some(commit),
            Self::NotRead | Self::Unreadable(_) => None,
        }
    }
}

/// Whether a stack of the environment is deployed; nothing where that could not be asked.
pub(super) fn is_deployed(account: &Account, stack: &StackName) -> Option<bool> {
    let stacks = account.stacks.as_ref().ok()?;
    Some(stacks.contains_key(stack.as_str()))
}
