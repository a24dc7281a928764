//! Policy documents.

use super::condition::Condition;
use super::pattern::{arn_like, glob};
use super::request::Request;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Allow,
    Deny,
}

/// The patterns of an element and of its `Not…` form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patterns {
    AnyOf(Vec<String>),
    NoneOf(Vec<String>),
}

impl Patterns {
    /// Actions are compared without case.
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

/// The principals of a statement in a resource policy or a trust policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    Everybody,
    /// Roles, users and accounts.
    Aws(Vec<String>),
    Service(Vec<String>),
    /// Identity providers.
    Federated(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub sid: Option<String>,
    pub effect: Effect,
    /// Patterns of actions, in lower case.
    pub actions: Patterns,
    /// The patterns as they are written, for messages and tables.
    pub actions_as_written: Vec<String>,
    /// Patterns of resources; a trust policy has none.
    pub resources: Option<Patterns>,
    /// A policy of a role has none.
    pub principal: Option<Principal>,
    /// All of them have to match.
    pub conditions: Vec<Condition>,
}

impl Statement {
    /// Whether the statement matches a request, regardless of its principal.
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

    /// Whether the statement's actions include an action.
    #[must_use]
    pub fn is_about(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        self.actions.matches(|pattern| glob(pattern, &action))
    }
}
