//! Policy documents.

use super::condition::Condition;
use super::pattern::{arn_like, glob};
use super::request::Request;

/// A policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

/// Whether a statement gives or takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// The patterns of an element and of its `Not…` form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patterns {
    /// Any of these.
    AnyOf(Vec<String>),
    /// Anything but these.
    NoneOf(Vec<String>),
}

impl Patterns {
    /// Actions don't tell upper from lower case.
    pub(super) fn in_lower_case(self) -> Self {
        let lower = |patterns: Vec<String>| {
            let patterns = patterns.iter();
            patterns
                .map(|pattern| pattern.to_ascii_lowercase())
                .collect()
        };
        match self {
            Self::AnyOf(patterns) => Self::AnyOf(lower(patterns)),
            Self::NoneOf(patterns) => Self::NoneOf(lower(patterns)),
        }
    }

    fn matches(&self, one: impl Fn(&String) -> bool) -> bool {
        match self {
            Self::AnyOf(patterns) => patterns.iter().any(one),
            Self::NoneOf(patterns) => !patterns.iter().any(one),
        }
    }
}

/// Whom a statement of a resource's policy, or of a trust policy, is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Everybody.
    Everybody,
    /// Roles, users and accounts.
    Aws(Vec<String>),
    /// Services.
    Service(Vec<String>),
    /// Who identity providers vouch for.
    Federated(Vec<String>),
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its name, where it has one.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Patterns of actions, in lower case.
    pub actions: Patterns,
    /// The same as they are written, for messages and tables.
    pub actions_as_written: Vec<String>,
    /// Patterns of resources; a trust policy has none.
    pub resources: Option<Patterns>,
    /// Whom it is about; a policy of a role has none.
    pub principal: Option<Principal>,
    /// What has to hold besides, all of it.
    pub conditions: Vec<Condition>,
}

impl Statement {
    /// Whether the statement is about a request, whoever makes it.
    #[must_use]
    pub fn applies(&self, request: &Request) -> bool {
        self.is_about(&request.action)
            && self.resources.as_ref().is_none_or(|resources| {
                resources.matches(|pattern| arn_like(pattern, &request.resource))
            })
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(&request.context))
    }

    /// Whether it names an action.
    #[must_use]
    pub fn is_about(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        self.actions.matches(|pattern| glob(pattern, &action))
    }
}
