//! An application's name, which everything of it is named after.

use std::fmt;
use std::str::FromStr;

use crate::environment::EnvironmentName;
use crate::input::{Invalid, quoted};
use crate::naming::Names;

/// `[a-z][a-z0-9-]*`, without a hyphen at the end or two in a row (ECR refuses both), and short
/// enough for every name that [`Names::derived_from`] makes of it, in every environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationName(String);

impl ApplicationName {
    /// The name itself.
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

impl FromStr for ApplicationName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fine = text.starts_with(|letter: char| letter.is_ascii_lowercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !text.ends_with('-')
            && !text.contains("--");
        if !fine {
            return Err(Invalid::expected(
                "a name of lower-case letters, digits and single hyphens that begins with a letter",
                text,
            ));
        }
        let name = Self(text.to_owned());
        let tightest = EnvironmentName::ALL
            .into_iter()
            .flat_map(|environment| Names::new(environment).derived_from(&name))
            .max_by_key(|derived| derived.name.len().saturating_sub(derived.limit));
        match tightest {
            Some(derived) if derived.excess() > 0 => Err(Invalid::new(format!(
                "the name is too long by {}: the {} {} would have {} characters, AWS allows {}",
                derived.excess(),
                derived.kind,
                quoted(&derived.name),
                derived.name.len(),
                derived.limit
            ))
            .with_help(format!(
                "an application's name has at most {} characters",
                text.len().saturating_sub(derived.excess())
            ))),
            _ => Ok(name),
        }
    }
}
