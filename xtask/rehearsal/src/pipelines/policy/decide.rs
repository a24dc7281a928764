//! The evaluation of requests.
//!
//! The rules are IAM's for a role within one account: an explicit deny wins; otherwise both the
//! role's policies and its boundary have to allow, or the resource's own policy does. For a
//! resource in another account the same is evaluated without that account's policies, which could
//! only deny more.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>

use std::fmt;

use cloudformation::iam::{Effect, glob};

use super::document::{Principal, Statement};
use super::policies::{MatchedStatement, NamedDocument, Policies, ResourcePolicy, Role};
use super::request::Request;

/// Whether a request is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Allowed(MatchedStatement),
    Denied(Denial),
}

/// Why a request is denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// These statements deny the request.
    Explicit(Vec<MatchedStatement>),
    /// The role's policies allow the request, its boundary does not.
    Boundary {
        boundary: String,
    },
    Implicit,
    /// The resource's policy does not delegate to the account.
    NotDelegated {
        policy: String,
    },
    UnknownRole,
}

impl Decision {
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit(grounds) => {
                let grounds: Vec<String> = grounds.iter().map(ToString::to_string).collect();
                write!(f, "denied by {}", grounds.join(" and by "))
            }
            Self::Boundary { boundary } => write!(f, "the boundary {boundary} does not allow it"),
            Self::Implicit => f.write_str("no statement allows it"),
            Self::NotDelegated { policy } => {
                write!(f, "{policy} does not delegate to the account")
            }
            Self::UnknownRole => f.write_str("the role does not exist"),
        }
    }
}

/// A service that acts for one of its resources.
#[derive(Clone, Copy, Debug)]
pub struct ServiceCaller<'a> {
    /// `codebuild.amazonaws.com`.
    pub service: &'a str,
    /// The ARN of the resource.
    pub resource: &'a str,
}

impl Policies {
    /// Decides a request of a role, given by ARN.
    #[must_use]
    pub fn decide(&self, role: &str, request: &Request) -> Decision {
        let Some(role) = self.roles.get(role) else {
            return Decision::Denied(Denial::UnknownRole);
        };
        let request = completed(request, &role.arn, &self.account);
        let of_resource: Vec<&ResourcePolicy> = self
            .resources
            .iter()
            .filter(|policy| policy.is_about(&request.resource))
            .collect();

        let denials = self.denials(role, &request, &of_resource);
        if !denials.is_empty() {
            return Decision::Denied(Denial::Explicit(denials));
        }
        // A resource policy that names the caller is sufficient. That is IAM's rule for sessions;
        // for a named role its boundary would still count.
        let names_caller = |statement: &Statement| self.is_caller(statement, &role.arn);
        let in_person = of_resource
            .iter()
            .find_map(|resource| first(&resource.policy, Effect::Allow, &request, names_caller));
        if let Some(fixture) = in_person {
            return Decision::Allowed(fixture);
        }
        let Some(fixture) = role
            .policies
            .iter()
            .find_map(|policy| first(policy, Effect::Allow, &request, any_caller))
        else {
            return Decision::Denied(Denial::Implicit);
        };
        if let Some(boundary) = &role.boundary
            && first(boundary, Effect::Allow, &request, any_caller).is_none()
        {
            return Decision::Denied(Denial::Boundary {
                boundary: boundary.name.clone(),
            });
        }
        let delegates = |statement: &Statement| self.is_account(statement);
        for resource in of_resource.iter().filter(|policy| policy.must_delegate) {
            if first(&resource.policy, Effect::Allow, &request, delegates).is_none() {
                return Decision::Denied(Denial::NotDelegated {
                    policy: resource.policy.name.clone(),
                });
            }
        }
        Decision::Allowed(fixture)
    }

    /// Whether a role may call an action on any resource at all: resources and conditions are
    /// ignored.
    #[must_use]
    pub fn decide_on_any(&self, role: &str, action: &str) -> Decision {
        let Some(role) = self.roles.get(role) else {
            return Decision::Denied(Denial::UnknownRole);
        };
        let speaks = |policy: &NamedDocument| {
            let mut statements = policy.document.statements.iter().enumerate();
            let (index, statement) = statements.find(|(_, statement)| {
                statement.effect == Effect::Allow && statement.is_about(action)
            })?;
            Some(MatchedStatement::of(policy, index, statement))
        };
        let Some(found) = role.policies.iter().find_map(speaks) else {
            return Decision::Denied(Denial::Implicit);
        };
        match &role.boundary {
            Some(boundary) if speaks(boundary).is_none() => Decision::Denied(Denial::Boundary {
                boundary: boundary.name.clone(),
            }),
            _ => Decision::Allowed(found),
        }
    }

    /// Whether a service may assume a role on behalf of one of its resources.
    #[must_use]
    pub fn may_assume(&self, role: &str, caller: ServiceCaller<'_>) -> Decision {
        let Some(role) = self.roles.get(role) else {
            return Decision::Denied(Denial::UnknownRole);
        };
        let request = Request::new("sts:AssumeRole", role.arn.as_str())
            .with("aws:SourceAccount", self.account.as_str())
            .with("aws:SourceArn", caller.resource);
        let names_service = |statement: &Statement| {
            matches!(&statement.principal, Some(Principal::Service(services))
                if services.iter().any(|named| named == caller.service))
        };
        match first(&role.trust, Effect::Allow, &request, names_service) {
            Some(fixture) => Decision::Allowed(fixture),
            None => Decision::Denied(Denial::Implicit),
        }
    }

    /// Whether the bearer of an identity provider's token may assume a role. `claims` have IAM's
    /// names of the condition keys.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>
    #[must_use]
    pub fn may_assume_with_token(
        &self,
        role: &str,
        provider: &str,
        claims: &[(&str, &str)],
    ) -> bool {
        let Some(role) = self.roles.get(role) else {
            return false;
        };
        let request = claims.iter().fold(
            Request::new("sts:AssumeRoleWithWebIdentity", role.arn.as_str()),
            |request, (key, value)| request.with(key, *value),
        );
        let vouches = |statement: &Statement| {
            matches!(&statement.principal, Some(Principal::Federated(named))
                if named.iter().any(|one| one == provider))
        };
        first(&role.trust, Effect::Allow, &request, vouches).is_some()
    }

    fn denials(
        &self,
        role: &Role,
        request: &Request,
        of_resource: &[&ResourcePolicy],
    ) -> Vec<MatchedStatement> {
        let own = role.policies.iter().chain(&role.boundary);
        let mut grounds: Vec<MatchedStatement> = own
            .filter_map(|policy| first(policy, Effect::Deny, request, any_caller))
            .collect();
        let names_caller = |statement: &Statement| {
            self.is_caller(statement, &role.arn) || self.is_account(statement)
        };
        grounds.extend(
            of_resource.iter().filter_map(|resource| {
                first(&resource.policy, Effect::Deny, request, names_caller)
            }),
        );
        grounds.sort();
        grounds.dedup();
        grounds
    }

    fn is_caller(&self, statement: &Statement, caller: &str) -> bool {
        match &statement.principal {
            Some(Principal::Everybody) => true,
            Some(Principal::Aws(named)) => named.iter().any(|name| name == caller),
            _ => false,
        }
    }

    fn is_account(&self, statement: &Statement) -> bool {
        let root = format!("arn:aws:iam::{}:root", self.account);
        matches!(&statement.principal, Some(Principal::Aws(named))
            if named.iter().any(|name| *name == root || *name == self.account))
    }
}

impl ResourcePolicy {
    /// Whether the policy applies to a resource. A bucket's policy applies to its objects.
    fn is_about(&self, resource: &str) -> bool {
        let inside = format!("{}/*", self.resource);
        resource == self.resource
            || (self.resource.starts_with("arn:aws:s3:::") && glob(&inside, resource))
    }
}

/// Adds the global condition keys.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
fn completed(request: &Request, caller: &str, account: &str) -> Request {
    let mut request = request.clone();
    let owner = request.account().unwrap_or(account).to_owned();
    for (key, value) in [
        ("aws:PrincipalArn", caller),
        ("aws:PrincipalAccount", account),
        ("aws:ResourceAccount", &owner),
        ("aws:SecureTransport", "true"),
        ("kms:CallerAccount", account),
    ] {
        request.context.default_to(key, value);
    }
    request
}

/// Statements of a role's own policies need no principal.
const fn any_caller(_: &Statement) -> bool {
    true
}

fn first(
    policy: &NamedDocument,
    effect: Effect,
    request: &Request,
    about_caller: impl Fn(&Statement) -> bool,
) -> Option<MatchedStatement> {
    let mut statements = policy.document.statements.iter().enumerate();
    let (index, statement) = statements.find(|(_, statement)| {
        statement.effect == effect && about_caller(statement) && statement.applies(request)
    })?;
    Some(MatchedStatement::of(policy, index, statement))
}
