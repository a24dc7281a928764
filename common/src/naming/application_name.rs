//! The check of an application's name: its form, and the length of every name derived from it.

use std::str::FromStr;

use super::Names;
use crate::application::ApplicationName;
use crate::environment::EnvironmentName;
use crate::input::{Invalid, quoted};

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
        let name = Self::unchecked(text);
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
