//! Risks of the change of one stack.

use std::collections::BTreeSet;

use super::iam_permissions::broadened_permissions;
use super::network_rules::opened_rules;
use super::replacement_conflicts::conflicts;
use super::resources::{changed_resources, deleted_resources, is_only_imported};
use super::retention_removed::removed_retention;
use crate::plan::action::{Purpose, StackAction};
use crate::plan::finding::Finding;
use crate::plan::stack::Stack;
use review::difference::Difference;

/// The findings for a stack that is updated or deleted. `kept` are the logical ids of resources
/// that stay for retained exports.
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
                // The stack is still being created, and a creation needs no acknowledgement of
                // permissions.
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
