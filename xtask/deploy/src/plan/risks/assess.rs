//! What is dangerous about a change of one stack.
//!
//! What lives here: findings that come from comparing the deployed template with the new one. What
//! never comes in: other stacks, and whether something was acknowledged.

use std::collections::BTreeSet;

use super::iam_permissions::broadened_permissions;
use super::network_rules::opened_rules;
use super::replacement_conflicts::conflicts;
use super::resources::{changed_resources, deleted_resources, is_only_imported};
use super::retention_removed::removed_retention;
use crate::difference::Difference;
use crate::plan::action::{Purpose, StackAction};
use crate::plan::finding::Finding;
use crate::plan::stack::Stack;

/// What is found about a stack that is updated or deleted. `kept` are resources that stay, because
/// exports of theirs are still imported at the end.
pub(in crate::plan) fn assess(
    stack: &Stack<'_>,
    kept: &BTreeSet<String>,
    purpose: Purpose,
) -> Vec<Finding> {
    match (&stack.action, &stack.before, &stack.after) {
        (StackAction::Update(_), Some(before), Some(after)) => {
            let mut findings = changed_resources(stack, before, after, kept);
            findings.extend(conflicts(stack, before, after));
            findings.extend(removed_retention(stack.name, before, after));
            if is_only_imported(before) {
                // It is still being created, and of a creation nothing of this is asked.
                return findings;
            }
            let known = stack.before_renamed.as_ref().unwrap_or(before);
            let differing = stack.difference.resources.iter();
            let ids = differing
                .map(|resource| resource.logical_id.as_str())
                .collect();
            findings.extend(broadened_permissions(stack.name, known, after, &ids));
            if touches_groups(&stack.difference) {
                findings.extend(opened_rules(stack.name, known, after));
            }
            findings
        }
        (StackAction::Delete, before, _) => deleted_resources(stack, before.as_ref(), purpose),
        _ => Vec::new(),
    }
}

fn touches_groups(difference: &Difference) -> bool {
    let mut types = difference.resources.iter().map(|one| &one.resource_type);
    types.any(|name| name.starts_with("AWS::EC2::SecurityGroup"))
}
