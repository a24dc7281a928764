//! The log of decided requests.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::pipelines::policy::{Decision, MatchedStatement, Policies, Request, Role};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LoggedRequest {
    pub role: String,
    /// `s3:GetObject`.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The statement that allowed the request; `None` where it was denied.
    pub by: Option<MatchedStatement>,
}

impl LoggedRequest {
    /// The log entry of a decision. The role is given by ARN.
    #[must_use]
    pub fn new(role: &str, request: &Request, decision: &Decision) -> Self {
        Self {
            role: role.rsplit('/').next().unwrap_or(role).to_owned(),
            action: request.action.clone(),
            resource: request.resource.clone(),
            by: match decision {
                Decision::Allowed(fixture) => Some(fixture.clone()),
                Decision::Denied(_) => None,
            },
        }
    }
}

/// The decided requests of a run, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestLog(BTreeSet<LoggedRequest>);

impl RequestLog {
    pub fn decide(&mut self, rights: &Policies, role: &str, request: &Request) -> Decision {
        let decision = rights.decide(role, request);
        self.add(LoggedRequest::new(role, request, &decision));
        decision
    }

    pub fn add(&mut self, logged: LoggedRequest) {
        self.0.insert(logged);
    }

    /// Adds the requests of another run.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Every request, by role and action.
    pub fn iter(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.0.iter()
    }

    pub fn denied(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.iter().filter(|logged| logged.by.is_none())
    }

    /// The requests that a policy of the role itself allowed, rather than a resource policy.
    pub fn allowed_by_role<'a>(
        &'a self,
        role: &'a Role,
    ) -> impl Iterator<Item = &'a LoggedRequest> {
        let own = |fixture: &MatchedStatement| {
            let mut policies = role.policies.iter();
            policies.any(|policy| policy.name == fixture.policy)
        };
        let of_role = self.iter().filter(|logged| logged.role == role.name);
        of_role.filter(move |logged| logged.by.as_ref().is_some_and(own))
    }
}

impl FromIterator<LoggedRequest> for RequestLog {
    fn from_iter<I: IntoIterator<Item = LoggedRequest>>(logged: I) -> Self {
        Self(logged.into_iter().collect())
    }
}
