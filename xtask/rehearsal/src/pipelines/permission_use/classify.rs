//! Every granted action, and what it is granted for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::reasons::reasons;
use super::request_log::RequestLog;
use super::roles::{RoleKind, Roles};
use super::schema::listed;
use crate::pipelines::policy::glob;

/// What an action is granted for. The first of these that is so counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// A run of our programs has asked for it, or AWS documents a step that takes it.
    Called,
    /// The schema of a type lists it that the role manages.
    Schema,
    /// A sentence says why.
    Reasoned,
}

/// What is wrong with what is granted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is granted for nothing.
    Unused {
        /// The role.
        role: RoleKind,
        /// The action.
        action: String,
    },
    /// The table gives a reason for what no role of the kind is granted, or what is called or listed.
    UnneededReason {
        /// The role.
        role: &'static str,
        /// The action.
        action: &'static str,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unused { role, action } => write!(
                f,
                "{role} is granted {action}: no run asks for it, no schema lists it, no row gives a reason"
            ),
            Self::UnneededReason { role, action } => write!(
                f,
                "a row gives a reason for {action} of {role}, which is not granted, or needs none"
            ),
        }
    }
}

/// What the actions of each kind of role are granted for.
pub type Classification = BTreeMap<RoleKind, BTreeMap<String, Use>>;

/// The actions that roles of a kind have asked for, each allowed by a policy of the role.
pub type CalledActions = BTreeSet<(RoleKind, String)>;

/// What the roles of an environment have asked for.
#[must_use]
pub fn called_actions(roles: Roles<'_>, log: &RequestLog) -> CalledActions {
    let mut called = CalledActions::new();
    for (kind, role) in roles.iter() {
        let granted = log.allowed_by_role(role);
        called.extend(granted.map(|logged| (kind.clone(), logged.action.clone())));
    }
    called
}

/// Classifies what the roles of an environment are granted.
#[must_use]
pub fn classify(roles: Roles<'_>, called: &CalledActions) -> (Classification, BTreeSet<Fault>) {
    let mut classified = Classification::new();
    let mut faults = BTreeSet::new();
    let mut needed: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (kind, role) in roles.iter() {
        let schemas = listed(roles, &kind, &role.name);
        let of_kind = classified.entry(kind.clone()).or_default();
        for action in roles.rights.allowed_actions(&role.arn).into_keys() {
            let is_called = called
                .iter()
                .any(|(of, logged)| *of == kind && covers(&action, logged));
            let reason = reasons()
                .find(|(role, reasoned, _)| kind == **role && *reasoned == action)
                .map(|(role, action, _)| (role, action));
            let used = if is_called {
                Use::Called
            } else if schemas.iter().any(|listed| covers(&action, listed)) {
                Use::Schema
            } else if let Some(reason) = reason {
                needed.insert(reason);
                Use::Reasoned
            } else {
                faults.insert(Fault::Unused {
                    role: kind.clone(),
                    action,
                });
                continue;
            };
            // Of several applications' roles, the one for which more is known.
            let known = of_kind.entry(action).or_insert(used);
            *known = (*known).min(used);
        }
    }
    for (role, action, _) in reasons() {
        if !needed.contains(&(role, action)) {
            faults.insert(Fault::UnneededReason { role, action });
        }
    }
    (classified, faults)
}

/// Whether a granted action, or pattern of actions, grants an action.
#[must_use]
pub fn covers(granted: &str, action: &str) -> bool {
    glob(&granted.to_ascii_lowercase(), &action.to_ascii_lowercase())
}
