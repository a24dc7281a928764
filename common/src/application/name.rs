//! An application's name, which the names of all its resources are derived from.

use std::fmt;

/// `[a-z][a-z0-9-]*`, without a hyphen at the end or two in a row (ECR refuses both), and short
/// enough for every name that [`Names::derived_from`](crate::naming::Names::derived_from) makes of it, in every environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationName(String);

impl ApplicationName {
    /// A name that `FromStr` has checked.
    pub(crate) fn unchecked(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The name as the input file has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApplicationName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl AsRef<str> for ApplicationName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
