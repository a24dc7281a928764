//! The permissions in the schemas of the types that a role manages.

use std::collections::BTreeSet;

use cicd_stack::permissions::{calls, normalize_action};
use common::resources::type_facts;

use super::roles::{RoleKind, Roles};

/// A role with which CloudFormation manages resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    pub role: &'static str,
    pub stacks: Stacks,
    /// The handlers that are called with it.
    pub handlers: Handlers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stacks {
    /// All that pipelines deploy.
    Deployed,
    OwnService,
    All,
}

impl Stacks {
    /// Whether a stack is one of them: by its name without the environment, and the role's application.
    fn contains(self, stack: &str, application: Option<&str>) -> bool {
        match self {
            Self::Deployed => !stack.starts_with("bootstrap"),
            Self::OwnService => {
                application.is_some() && stack.strip_prefix("service-") == application
            }
            Self::All => true,
        }
    }
}

/// Resource handlers of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handlers {
    All,
    /// Only handlers that read.
    Read,
}

/// The roles whose policies are generated from schemas.
pub const SCHEMAS: [Schema; 3] = [
    Schema {
        role: "execution",
        stacks: Stacks::Deployed,
        handlers: Handlers::All,
    },
    Schema {
        role: "<application>-release",
        stacks: Stacks::OwnService,
        handlers: Handlers::All,
    },
    Schema {
        role: "drift",
        stacks: Stacks::All,
        handlers: Handlers::Read,
    },
];

/// The handlers that CloudFormation calls with a role for resources of a stack.
#[must_use]
pub fn handlers(roles: Roles<'_>, role: &str, stack: &str) -> Option<Handlers> {
    let (kind, application) = (roles.kind(role), roles.application(role));
    let mut schemas = SCHEMAS.iter().filter(|schema| kind == *schema.role);
    let schema = schemas.find(|schema| manages(schema, roles, stack, application))?;
    Some(schema.handlers)
}

fn manages(schema: &Schema, roles: Roles<'_>, stack: &str, application: Option<&str>) -> bool {
    schema.stacks.contains(roles.local(stack), application)
}

/// The actions in the schemas of the types that a role manages, as IAM spells them.
#[must_use]
pub fn listed(roles: Roles<'_>, kind: &RoleKind, role: &str) -> BTreeSet<String> {
    let application = roles.application(role);
    let mut actions = BTreeSet::new();
    for schema in SCHEMAS.iter().filter(|schema| *kind == *schema.role) {
        for resource in roles.stacks.resources() {
            if !manages(schema, roles, resource.stack, application) {
                continue;
            }
            let Some(facts) = type_facts(resource.resource_type) else {
                continue;
            };
            let all = facts.permissions;
            let lists: &[&[&str]] = match schema.handlers {
                Handlers::All => &[
                    all.create,
                    all.read,
                    all.update,
                    all.delete,
                    all.list,
                    all.tagging,
                ],
                Handlers::Read => &[all.read, all.list],
            };
            actions.extend(
                lists
                    .iter()
                    .copied()
                    .flatten()
                    .map(|action| normalize_action(action)),
            );
        }
    }
    actions
}

/// Whether the table of unlisted calls has an action for a type.
#[must_use]
pub fn in_table_of_calls(resource_type: &str, action: &str) -> bool {
    let mut rows = calls().iter();
    rows.any(|row| {
        row.caller.resource_type() == Some(resource_type) && row.actions.contains(&action)
    })
}
