//! The classification of allowed actions by their use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cloudformation::iam::glob;

use super::reasons::reasons;
use super::request_log::RequestLog;
use super::roles::{RoleKind, Roles};
use super::schema::listed;

/// The use of an allowed action. The first that applies counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// A run of our programs calls it, or AWS documents a step that does.
    Called,
    /// The schema of a type that the role manages lists it.
    Schema,
    /// A row of the table of reasons explains it.
    Reasoned,
}

/// A mistake in the policies or in the table of reasons.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The action is allowed without a use.
    Unused { role: RoleKind, action: String },
    /// A reason for an action that no role of the kind is allowed, or that is called or listed
    /// anyway.
    UnneededReason {
        role: &'static str,
        action: &'static str,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unused { role, action } => write!(
                f,
                "{role} is allowed {action}, but no run calls it, no schema lists it and no row gives a reason"
            ),
            Self::UnneededReason { role, action } => write!(
                f,
                "a row gives a reason for {action} of {role}, which is not allowed, or needs no reason"
            ),
        }
    }
}

/// The uses of the allowed actions, by kind of role.
pub type Classification = BTreeMap<RoleKind, BTreeMap<String, Use>>;

/// The actions that roles of each kind called, allowed by a policy of the role.
pub type CalledActions = BTreeSet<(RoleKind, String)>;

/// The actions that the roles of an environment called.
#[must_use]
pub fn called_actions(roles: Roles<'_>, log: &RequestLog) -> CalledActions {
    let mut called = CalledActions::new();
    for (kind, role) in roles.iter() {
        let granted = log.allowed_by_role(role);
        called.extend(granted.map(|logged| (kind.clone(), logged.action.clone())));
    }
    called
}

/// Classifies the allowed actions of an environment's roles.
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
            // Of several applications' roles, the strongest use counts.
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

/// Whether an allowed action or pattern includes an action.
#[must_use]
pub fn covers(granted: &str, action: &str) -> bool {
    glob(&granted.to_ascii_lowercase(), &action.to_ascii_lowercase())
}
