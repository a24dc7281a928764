//! Replaced resources whose replacement cannot be created while they exist.
//!
//! CloudFormation creates the new resource first. Where a name, a priority or an address is unique,
//! as the table of service rules tells, the update fails and is rolled back.

use serde_json::Value;
use service_rules::is_deleted_first;

use crate::next_step::Situation;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::plan::stack::Stack;
use cloudformation::Replacement;
use cloudformation::template::{property, references, resource, resource_type};
use review::difference::{Change, ResourceDifference, render};

/// The replaced resources that keep a unique value.
pub(super) fn conflicts(stack: &Stack<'_>, before: &Value, after: &Value) -> Vec<Finding> {
    stack
        .difference
        .resources
        .iter()
        .filter(|change| is_replaced(change) && !is_deleted_first(&change.resource_type))
        .filter_map(|change| {
            let old = resource(before, &change.logical_id)?;
            let new = resource(after, &change.logical_id)?;
            let kept = conflicting_value(stack, old, new)?;
            let id = &change.logical_id;
            Some(Finding {
                from: Some(kept.clone()),
                to: Some(kept.clone()),
                hint: Some(Situation::UniqueValueKept.to_string()),
                ..Finding::new(
                    FindingCode::UniqueTaken,
                    Severity::Block,
                    stack.name,
                    id,
                    format!(
                        "{id} ({}) is replaced, but the new one cannot be created while the old \
                         one has {kept}",
                        change.resource_type
                    ),
                )
            })
        })
        .collect()
}

fn is_replaced(change: &ResourceDifference) -> bool {
    change.change == Change::Changed && change.replacement == Replacement::Always
}

/// The unique value that both have.
fn conflicting_value(stack: &Stack<'_>, old: &Value, new: &Value) -> Option<String> {
    service_rules::of(resource_type(new)).find_map(|row| {
        let (paths, _) = row.rule.unique()?;
        let mut last = None;
        for path in paths {
            let value = property(new, path)?;
            if property(old, path)? != value || value_changes(stack, value) {
                return None;
            }
            last = Some(format!("{path} {}", render(value)));
        }
        last
    })
}

/// Whether a value of the same text will be another, because a resource it refers to is replaced.
fn value_changes(stack: &Stack<'_>, value: &Value) -> bool {
    references(value).iter().any(|reference| {
        stack
            .difference
            .resource(&reference.target)
            .is_some_and(is_replaced)
    })
}
