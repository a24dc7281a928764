//! The actions that resource types take.

use std::collections::{BTreeMap, BTreeSet};

use common::naming::StackName;
use common::resources::type_facts;
use common::stack::StackError;
use common::template::Permissions;

use super::calls::{Caller, calls};
use super::{is_hand_written, service, withheld};

/// Why no policy can be generated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum PermissionError {
    /// Nobody says what managing the type takes.
    #[error(
        "the schema of {0} lists no permissions\n  = help: look up what managing it takes, and add \
         it to `permissions/calls.rs` with the source"
    )]
    Unlisted(String),
    /// The type is not among the generated ones.
    #[error("nothing is known of the type {0}")]
    Unknown(String),
    /// A schema lists a pattern of actions.
    #[error(
        "the schema of {resource_type} lists the pattern `{pattern}`\n  = help: where it only reads, and \
         knows no resources, add it to `unscoped` in `permissions/services.rs`; else withhold it, and \
         add the calls to `permissions/calls.rs`"
    )]
    Pattern {
        /// The type.
        resource_type: String,
        /// The pattern.
        pattern: String,
    },
    /// Nobody says where the actions of a service apply.
    #[error(
        "{resource_type} takes `{action}`, and nothing says where the actions of that service \
         apply\n  = help: add the service to `permissions/services.rs`, or to \
         `permissions/withheld.rs` with the reason"
    )]
    Unplaced {
        /// The type.
        resource_type: String,
        /// The action.
        action: String,
    },
    /// Nobody says what of an application's service the actions of a service are for.
    #[error(
        "the service of {application} takes `{action}`, and nothing says where a release may do \
         that\n  = help: add the places to `permissions/release.rs`"
    )]
    OutOfReach {
        /// The application.
        application: String,
        /// The action.
        action: String,
    },
    /// A statement or a policy is too long.
    #[error(
        "a policy of {what} would have {characters} characters, a policy has at most {limit}\n  = help: leave \
         out what nothing does, or say less: verbs with fewer letters before the `*` allow little \
         more"
    )]
    TooLong {
        /// What it is, or whose.
        what: &'static str,
        /// Its length.
        characters: usize,
        /// The most a policy may have.
        limit: usize,
    },
    /// There are more policies than a role takes.
    #[error(
        "{role} would take {needed} policies, a role has at most {limit}\n  = help: withhold what \
         isn't needed, or ask AWS for a higher quota"
    )]
    TooMany {
        /// Which role.
        role: &'static str,
        /// How many there would be.
        needed: usize,
        /// How many there may be.
        limit: usize,
    },
}

impl PermissionError {
    /// Why a stack can't be defined.
    pub(crate) fn refuse(stack: &StackName, errors: &[Self]) -> StackError {
        StackError::Rules {
            stack: stack.clone(),
            faults: errors.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Actions without prefix, by service.
pub type ServiceActions = BTreeMap<&'static str, BTreeSet<String>>;

/// The actions that managing resources of these types takes, without those that are withheld.
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
            .filter(|action| withheld(action).is_none());
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
            .map(|action| spelt(action))
            .filter(|action| only_reads(action))
            .filter(|action| withheld(action).is_none() || is_hand_written(action))
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
        match placed(resource_type, &action) {
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
/// When the table of services does not have it, so that nobody knows which resources to name.
pub fn placed<'a>(
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
        if action.contains('*') && withheld(action).is_none() && !reads(action) {
            return Err(PermissionError::Pattern {
                resource_type: resource_type.to_owned(),
                pattern: action.to_owned(),
            });
        }
        listed.insert(spelt(action));
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

/// An action as services list it, with a capital; some schemas write them otherwise. IAM doesn't mind, but
/// the judges and the tables here do.
#[must_use]
pub fn spelt(action: &str) -> String {
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

    /// What nobody has looked up is not managed without rights.
    #[test]
    fn a_type_whose_schema_lists_nothing_is_refused() {
        assert_eq!(
            listed_actions("AWS::New::Type", &NONE),
            Err(PermissionError::Unlisted("AWS::New::Type".to_owned()))
        );
        // Where somebody has, nothing but that is allowed.
        let given = listed_actions("AWS::CodeBuild::Project", &NONE).unwrap();
        assert!(given.contains("codebuild:CreateProject"), "{given:?}");
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
