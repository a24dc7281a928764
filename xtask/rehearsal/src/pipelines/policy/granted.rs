//! What a role is granted, action by action, and the same rights without one of them.

use std::collections::BTreeMap;

use super::decide::Ground;
use super::document::{Effect, Matching, Statement};
use super::pattern::glob;
use super::rights::Rights;

/// The statements that grant an action to a role.
pub type Granted = BTreeMap<String, Vec<Ground>>;

impl Rights {
    /// The actions that a role is granted, as its policies write them: a pattern is one. What its boundary
    /// refuses everywhere is not granted. A statement that allows all actions but some is `not <action>` of
    /// each.
    #[must_use]
    pub fn granted(&self, role: &str) -> Granted {
        let mut granted = Granted::new();
        let policies = self.role(role).into_iter().flat_map(|role| &role.policies);
        for policy in policies {
            for (index, statement) in policy.document.statements.iter().enumerate() {
                if statement.effect != Effect::Allow {
                    continue;
                }
                for action in named(statement) {
                    if !self.is_granted(role, &action) {
                        continue;
                    }
                    let ground = Ground::of(policy, index, statement);
                    granted.entry(action).or_default().push(ground);
                }
            }
        }
        granted
    }

    /// Whether the boundary leaves something of it.
    fn is_granted(&self, role: &str, action: &str) -> bool {
        let Some(boundary) = self.role(role).and_then(|role| role.boundary.as_ref()) else {
            return true;
        };
        let lower = action.to_ascii_lowercase();
        let mut statements = boundary.document.statements.iter();
        statements.any(|statement| {
            let Matching::These(patterns) = &statement.actions else {
                return statement.effect == Effect::Allow;
            };
            // Of a pattern it may be a part.
            let mut patterns = patterns.iter();
            statement.effect == Effect::Allow
                && patterns.any(|pattern| glob(pattern, &lower) || glob(&lower, pattern))
        })
    }

    /// The same rights, with the action taken out of the policies of a role: as it is written there, a
    /// pattern as a whole.
    #[must_use]
    pub fn without(&self, role: &str, action: &str) -> Self {
        let mut rights = self.clone();
        let lower = action.to_ascii_lowercase();
        let policies = rights.roles.get_mut(role).into_iter();
        for policy in policies.flat_map(|role| &mut role.policies) {
            for statement in &mut policy.document.statements {
                if statement.effect != Effect::Allow {
                    continue;
                }
                if let Matching::These(patterns) = &mut statement.actions {
                    patterns.retain(|pattern| *pattern != lower);
                    let is_other = |one: &String| !one.eq_ignore_ascii_case(action);
                    statement.written.retain(is_other);
                }
            }
        }
        rights
    }
}

fn named(statement: &Statement) -> Vec<String> {
    match &statement.actions {
        Matching::These(_) => statement.written.clone(),
        Matching::AllBut(_) => {
            let all_but = statement.written.iter();
            all_but.map(|action| format!("not {action}")).collect()
        }
    }
}
