//! The two environments, by name.

use std::fmt;
use std::str::FromStr;

use crate::input::Invalid;

/// Which environment. There is no default: every command and every definition names one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum EnvironmentName {
    /// What customers use; runs the stable definition and stable applications.
    Production,
    /// Where the next definition and the next applications are tried.
    Staging,
}

impl EnvironmentName {
    /// Both, sorted by name.
    pub const ALL: [Self; 2] = [Self::Production, Self::Staging];

    /// The name as it appears in files, stack names and tags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
        }
    }

    pub(crate) const ALLOWED: [&'static str; 2] = ["production", "staging"];
}

impl fmt::Display for EnvironmentName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for EnvironmentName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|name| name.as_str() == text)
            .ok_or_else(|| Invalid::choice(text, &Self::ALLOWED))
    }
}
