//! The requests that an application receives.

use super::Host;
use crate::input::Invalid;
use crate::text::text_newtype;

/// The share of the load balancer's requests that goes to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationIngress {
    /// The host header that the listener rule matches.
    pub host: Host,
    /// The paths that the listener rule matches.
    pub path: PathPattern,
    /// The place of the rule among all of the environment's, lowest first.
    pub priority: Priority,
    /// How long a target that leaves still gets answers through, in seconds: 30 to 60, and longer
    /// than the container takes to stop.
    pub deregistration_delay_seconds: u32,
}

/// The priority of a listener rule, 1 to 50000.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u16);

impl Priority {
    /// The greatest priority that AWS accepts.
    pub const MAX: u16 = 50_000;

    /// A priority.
    ///
    /// # Errors
    /// When it is not from 1 to 50000.
    pub fn new(priority: u16) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&priority) {
            Ok(Self(priority))
        } else {
            Err(Invalid::new(format!(
                "expected 1 to {}, found {priority}",
                Self::MAX
            )))
        }
    }

    /// The priority as a number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

text_newtype! {
    /// A path pattern of a listener rule: begins with `/`, `*` stands for any text, `?` for one
    /// character, at most 128 characters, case-sensitive.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>
    PathPattern, check_pattern
}

impl PathPattern {
    /// The pattern `/*`, which matches every path.
    #[must_use]
    pub fn everything() -> Self {
        Self("/*".to_owned())
    }
}

fn check_pattern(text: &str) -> Result<(), Invalid> {
    let fine = text.starts_with('/')
        && text.len() <= 128
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.$/~\"'@:+&*?".contains(&byte));
    if fine {
        Ok(())
    } else {
        Err(Invalid::expected("a path pattern, such as \"/*\"", text))
    }
}
