//! The actions that managing resource types takes.

use std::collections::{BTreeMap, BTreeSet};

use common::naming::StackName;
use common::resources::type_facts;
use common::stack::StackError;
use common::template::Permissions;

use super::calls::{Caller, calls};
use super::{denial_reason, is_hand_written, service};

/// Why no policy can be generated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum PermissionError {
    /// Neither the schema nor the table of calls says what managing the type takes.
    #[error(
        "the schema of {0} lists no permissions\n  = help: look up the actions that managing it takes and add \
         them to `permissions/calls.rs` with the source"
    )]
    Unlisted(String),
    #[error("the type {0} is not among the generated resource types")]
    Unknown(String),
    /// A schema lists a pattern that may do more than read.
    #[error(
        "the schema of {resource_type} lists the pattern `{pattern}`\n  = help: if it only reads and supports \
         no resource-level permissions, add it to `unscoped` in `permissions/services.rs`; otherwise deny it in \
         `permissions/denied.rs` and add the calls to `permissions/calls.rs`"
    )]
    Pattern {
        resource_type: String,
        pattern: String,
    },
    /// The table of services doesn't say which resources the actions of a service apply to.
    #[error(
        "{resource_type} takes `{action}`, and no table says which resources the actions of that service \
         apply to\n  = help: add the service to `permissions/services.rs`, or to \
         `permissions/denied.rs` with the reason"
    )]
    Unplaced {
        resource_type: String,
        action: String,
    },
    /// The table of releases doesn't say which resources of an application's service an action applies to.
    #[error(
        "the service of {application} takes `{action}`, and no table says which resources a \
         release may use it on\n  = help: add the resources to `permissions/release.rs`"
    )]
    OutOfReach { application: String, action: String },
    #[error(
        "a policy of {what} would have {characters} characters, a policy has at most {limit}\n  = help: remove \
         actions that nothing uses, or shorten patterns: fewer letters before the `*` allow little more"
    )]
    TooLong {
        /// The policy, or the role whose policy it is.
        what: &'static str,
        characters: usize,
        limit: usize,
    },
    #[error(
        "{role} would need {needed} policies, a role has at most {limit}\n  = help: deny the \
         actions that aren't needed, or ask AWS for a higher quota"
    )]
    TooMany {
        role: &'static str,
        needed: usize,
        limit: usize,
    },
}

impl PermissionError {
    pub(crate) fn refuse(stack: &StackName, errors: &[Self]) -> StackError {
        StackError::Rules {
            stack: stack.clone(),
            faults: errors.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Actions without prefix, by service.
pub type ServiceActions = BTreeMap<&'static str, BTreeSet<String>>;

/// The actions that managing resources of these types takes, without the denied ones.
///
/// # Errors
/// Every type whose actions or their places are not known.
pub fn actions<'a>(
    resource_types: impl IntoIterator<Item = &'a str>,
) -> Result<ServiceActions, Vec<PermissionError>> {
    let mut services = ServiceActions::new();
    let mut errors = BTreeSet::new();
    for resource_type in resource_types {
        let listed = match listed(resource_type) {
            Ok(listed) => listed,
            Err(error) => {
                errors.insert(error);
                continue;
            }
        };
        let wanted = listed
            .into_iter()
            .filter(|action| denial_reason(action).is_none());
        collect_actions(&mut services, &mut errors, resource_type, wanted);
    }
    finished(services, errors)
}

/// The actions that reading resources of these types takes, as drift detection does: of the schemas' read
/// handlers, and of the table of calls where a schema lists nothing. Those of IAM and KMS are among them.
///
/// By their verbs, since schemas list more than reading takes (`wafv2:AssociateWebACL` to read an association).
///
/// # Errors
/// Every type whose actions or their places are not known.
pub fn reads<'a>(
    resource_types: impl IntoIterator<Item = &'a str>,
) -> Result<ServiceActions, Vec<PermissionError>> {
    let mut services = ServiceActions::new();
    let mut errors = BTreeSet::new();
    for resource_type in resource_types {
        let Some(facts) = type_facts(resource_type) else {
            errors.insert(PermissionError::Unknown(resource_type.to_owned()));
            continue;
        };
        let rows = calls()
            .iter()
            .filter(|row| row.caller == Caller::AnyOperation(facts.name));
        let listed: BTreeSet<String> = facts
            .permissions
            .read
            .iter()
            .chain(rows.flat_map(|row| row.actions))
            .map(|action| normalize_action(action))
            .filter(|action| only_reads(action))
            .filter(|action| denial_reason(action).is_none() || is_hand_written(action))
            .collect();
        collect_actions(&mut services, &mut errors, resource_type, listed);
    }
    finished(services, errors)
}

/// Whether an action reads, by its verb.
#[must_use]
pub fn only_reads(action: &str) -> bool {
    const VERBS: [&str; 5] = ["BatchGet", "Describe", "Get", "List", "View"];
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    VERBS.iter().any(|verb| name.starts_with(verb))
}

fn collect_actions(
    services: &mut ServiceActions,
    errors: &mut BTreeSet<PermissionError>,
    resource_type: &str,
    actions: impl IntoIterator<Item = String>,
) {
    for action in actions {
        match locate_action(resource_type, &action) {
            Ok((prefix, name)) => {
                let actions = services.entry(prefix).or_default();
                actions.insert(name.to_owned());
            }
            Err(error) => {
                errors.insert(error);
            }
        }
    }
}

fn finished(
    services: ServiceActions,
    errors: BTreeSet<PermissionError>,
) -> Result<ServiceActions, Vec<PermissionError>> {
    if errors.is_empty() {
        Ok(services)
    } else {
        Err(errors.into_iter().collect())
    }
}

/// The service that an action belongs to, by its prefix, and its name there.
///
/// # Errors
/// When the table of services does not have it, so that the resources to name are unknown.
pub fn locate_action<'a>(
    resource_type: &str,
    action: &'a str,
) -> Result<(&'static str, &'a str), PermissionError> {
    let (prefix, name) = action.split_once(':').unwrap_or_default();
    let service = service(prefix).ok_or_else(|| PermissionError::Unplaced {
        resource_type: resource_type.to_owned(),
        action: action.to_owned(),
    })?;
    Ok((service.prefix, name))
}

/// What the schema and the table of calls list for a type.
fn listed(resource_type: &str) -> Result<BTreeSet<String>, PermissionError> {
    let facts = type_facts(resource_type)
        .ok_or_else(|| PermissionError::Unknown(resource_type.to_owned()))?;
    listed_actions(resource_type, facts.permissions)
}

/// Patterns of a schema stay as they are, where they only read.
fn listed_actions(
    resource_type: &str,
    permissions: &Permissions,
) -> Result<BTreeSet<String>, PermissionError> {
    let mut listed = BTreeSet::new();
    for action in schema_actions(permissions) {
        let reads = |action: &str| {
            let (prefix, name) = action.split_once(':').unwrap_or_default();
            service(prefix).is_some_and(|service| service.unscoped.contains(&name))
        };
        if action.contains('*') && denial_reason(action).is_none() && !reads(action) {
            return Err(PermissionError::Pattern {
                resource_type: resource_type.to_owned(),
                pattern: action.to_owned(),
            });
        }
        listed.insert(normalize_action(action));
    }
    let rows = calls().iter();
    let mut rows = rows.filter(|row| row.caller.resource_type() == Some(resource_type));
    if listed.is_empty()
        && rows
            .clone()
            .all(|row| !matches!(row.caller, Caller::AnyOperation(_)))
    {
        return Err(PermissionError::Unlisted(resource_type.to_owned()));
    }
    listed.extend(
        rows.by_ref()
            .flat_map(|row| row.actions)
            .map(|&action| action.to_owned()),
    );
    Ok(listed)
}

fn schema_actions(permissions: &Permissions) -> impl Iterator<Item = &'static str> {
    [
        permissions.create,
        permissions.read,
        permissions.update,
        permissions.delete,
        permissions.list,
        permissions.tagging,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// An action with a capital, as the service authorization reference lists it; some schemas write them otherwise.
/// IAM ignores case, the validators and the tables here don't.
#[must_use]
pub fn normalize_action(action: &str) -> String {
    match action.split_once(':') {
        Some((service, name)) => {
            let (first, rest) = name.split_at(name.len().min(1));
            format!("{service}:{}{rest}", first.to_ascii_uppercase())
        }
        None => action.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Permissions = Permissions {
        create: &[],
        read: &[],
        update: &[],
        delete: &[],
        list: &[],
        tagging: &[],
    };

    #[test]
    fn a_type_whose_schema_lists_nothing_is_refused() {
        assert_eq!(
            listed_actions("AWS::New::Type", &NONE),
            Err(PermissionError::Unlisted("AWS::New::Type".to_owned()))
        );
        // With a row in the table of calls, exactly its actions are allowed.
        let allowed = listed_actions("AWS::CodeBuild::Project", &NONE).unwrap();
        assert!(allowed.contains("codebuild:CreateProject"), "{allowed:?}");
    }

    #[test]
    fn a_pattern_that_does_more_than_read_is_refused() {
        let permissions = Permissions {
            create: &["new:*"],
            ..NONE
        };
        assert_eq!(
            listed_actions("AWS::New::Type", &permissions),
            Err(PermissionError::Pattern {
                resource_type: "AWS::New::Type".to_owned(),
                pattern: "new:*".to_owned(),
            })
        );
        let reads = Permissions {
            create: &["ec2:Describe*"],
            ..NONE
        };
        let listed = listed_actions("AWS::New::Type", &reads).unwrap();
        assert!(listed.contains("ec2:Describe*"), "{listed:?}");
    }
}
