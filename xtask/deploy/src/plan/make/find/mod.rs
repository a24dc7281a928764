//! What is dangerous about a change of one stack.
//!
//! What lives here: findings that come from comparing the deployed template with the new one. What
//! never comes in: other stacks, and whether something was acknowledged.

mod groups;
mod holders;
mod once;
mod permissions;
mod reach;
mod resources;
mod retention;
mod rights;
mod scope;
mod statements;

use std::collections::BTreeSet;

use super::intent::Intent;
use super::stack::Stack;
use crate::difference::Difference;
use crate::plan::Finding;

pub(super) use resources::{guards, property, section, watched};
pub(super) use rights::{MANAGED_POLICY, Whose, lacking};

/// What a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To bring the environment to its definition.
    Deploy,
    /// To leave nothing of it. That resources go with it was asked for.
    Destroy,
}

/// What is found about a stack that is updated or deleted. `kept` are resources that stay, because
/// exports of theirs are still imported at the end.
pub(super) fn find(stack: &Stack<'_>, kept: &BTreeSet<String>, purpose: Purpose) -> Vec<Finding> {
    match (&stack.intent, &stack.before, &stack.after) {
        (Intent::Update(_), Some(before), Some(after)) => {
            let mut findings = resources::changed(stack, before, after, kept);
            findings.extend(once::kept_by_replacements(stack, before, after));
            findings.extend(retention::lifted(stack.name, before, after));
            if resources::is_only_imported(before) {
                // It is still being created, and of a creation nothing of this is asked.
                return findings;
            }
            let known = stack.known.as_ref().unwrap_or(before);
            let differing = stack.difference.resources.iter();
            let ids = differing
                .map(|resource| resource.logical_id.as_str())
                .collect();
            findings.extend(permissions::broadened(stack.name, known, after, &ids));
            if touches_groups(&stack.difference) {
                findings.extend(groups::opened(stack.name, known, after));
            }
            findings
        }
        (Intent::Delete, before, _) => resources::deleted(stack, before.as_ref(), purpose),
        _ => Vec::new(),
    }
}

fn touches_groups(difference: &Difference) -> bool {
    let mut types = difference.resources.iter().map(|one| &one.resource_type);
    types.any(|name| name.starts_with("AWS::EC2::SecurityGroup"))
}
