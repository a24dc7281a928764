//! Policy documents with all values resolved, as they are evaluated.

use cloudformation::iam::{Effect, Element, arn_like, glob};

use super::condition::Condition;
use super::request::Request;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

/// The principals of a statement in a resource policy or a trust policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    Everybody,
    /// Roles, users and accounts.
    Aws(Vec<String>),
    Service(Vec<String>),
    Federated(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub sid: Option<String>,
    pub effect: Effect,
    /// Patterns of actions, in lower case.
    pub actions: Element<String>,
    /// The patterns as they are written, for messages and tables.
    pub actions_as_written: Vec<String>,
    /// Patterns of resources; a trust policy has none.
    pub resources: Option<Element<String>>,
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
