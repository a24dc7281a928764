//! Policies for lists of actions: one or two statements per service, as many policies as needed.

use common::environment::Environment;
use common::grant::{POLICY_CHARACTERS, Place};
use common::template::IntoNode as _;
use common::template::policy::{PolicyDocument, Statement};

use super::{BootstrapResources, PermissionError, Service, ServiceActions, iam, kms, service};

/// The number of managed policies that a role can have.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const POLICIES_PER_ROLE: usize = 10;

/// For each service, a statement for its actions on these resources and one for its actions without
/// resource-level permissions. No statement without resources; no action that a pattern covers.
pub(super) fn by_service(
    actions: &ServiceActions,
    places: impl Fn(&Service) -> Vec<String>,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (prefix, actions) in actions {
        let Some(service) = service(prefix) else {
            continue;
        };
        let covered = |action: &String| {
            let mut patterns = actions.iter().filter_map(|one| one.strip_suffix('*'));
            !action.ends_with('*') && patterns.any(|verb| action.starts_with(verb))
        };
        let written = |unscoped: bool| -> Vec<String> {
            actions
                .iter()
                .filter(|action| service.is_unscoped(action) == unscoped && !covered(action))
                .map(|action| format!("{prefix}:{action}"))
                .collect()
        };
        let (scoped, unscoped) = (written(false), written(true));
        let places = places(service);
        if !scoped.is_empty() && !places.is_empty() {
            statements.push(Statement::allow(scoped).on_each(places));
        }
        if !unscoped.is_empty() {
            statements.push(Statement::allow(unscoped).on_everything(service.page));
        }
    }
    statements
}

/// The policies of the execution role: the generated statements, those of IAM and KMS, and the
/// denial of everything that bootstrap holds.
///
/// # Errors
/// Policies too long or too many.
pub(crate) fn policies(
    environment: &Environment,
    actions: &ServiceActions,
    bootstrap: &BootstrapResources,
) -> Result<Vec<PolicyDocument>, Vec<PermissionError>> {
    let mut statements = by_service(actions, |service| service.resources(environment));
    statements.extend(iam::statements(environment));
    statements.extend(kms::statements(environment));
    statements.push(bootstrap.deny_changes());
    policies_for_role("the execution role", statements, environment)
}

/// As many policies as the statements take, if a role can have so many.
pub(super) fn policies_for_role(
    role: &'static str,
    statements: Vec<Statement>,
    environment: &Environment,
) -> Result<Vec<PolicyDocument>, Vec<PermissionError>> {
    let policies = pack(role, statements, environment)?;
    if policies.len() > POLICIES_PER_ROLE {
        return Err(vec![PermissionError::TooMany {
            role,
            needed: policies.len(),
            limit: POLICIES_PER_ROLE,
        }]);
    }
    Ok(policies)
}

/// Statements in the first policy that still has room for them.
///
/// A statement is measured once: in a policy it takes what it takes alone, less the empty policy
/// around it, and a comma.
fn pack(
    role: &'static str,
    statements: Vec<Statement>,
    environment: &Environment,
) -> Result<Vec<PolicyDocument>, Vec<PermissionError>> {
    let place = Place::from(environment);
    let characters = |policy: &PolicyDocument| place.characters(&policy.clone().into_node());
    let around = characters(&PolicyDocument::new());
    let mut policies: Vec<(PolicyDocument, usize)> = Vec::new();
    for statement in statements {
        let alone = PolicyDocument::new().with(statement.clone());
        let length = characters(&alone);
        if length > POLICY_CHARACTERS {
            return Err(vec![PermissionError::TooLong {
                what: role,
                characters: length,
                limit: POLICY_CHARACTERS,
            }]);
        }
        let more = length - around + 1;
        match policies
            .iter_mut()
            .find(|(_, length)| *length + more <= POLICY_CHARACTERS)
        {
            Some((policy, length)) => {
                *policy = std::mem::take(policy).with(statement);
                *length += more;
            }
            None => policies.push((alone, length)),
        }
    }
    Ok(policies.into_iter().map(|(policy, _)| policy).collect())
}
