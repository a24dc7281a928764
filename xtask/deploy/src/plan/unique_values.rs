//! Values that are unique across resources, and stacks that claim one from each other.
//!
//! Services reject a duplicate, as the table of service rules tells: a listener's priority, a name.
//! Stacks are deployed concurrently by default, so the stack that claims a value waits for the one
//! that releases it; two stacks that claim a value of each other are blocked.

use std::collections::BTreeMap;

use cloudformation::{LogicalId, StackName};
use serde_json::Value;

use super::action::StackAction;
use super::blocker::Blocker;
use super::exports::StackSet;
use super::finding::{Finding, FindingCode, Severity};
use super::stack::Stack;
use crate::next_step::Situation;
use cloudformation::template::{property, references, resource_type, resources};

/// The rule, and the values as they stand in the template.
type UniqueKey = (&'static str, String);

/// The logical id of the resource with the value, and a label such as `Priority 10`.
type UniqueValues = BTreeMap<UniqueKey, (LogicalId, String)>;

/// The unique values of a template's resources. A value that refers to the stack's own resources
/// conflicts with no other stack.
fn unique_values(template: &Value) -> UniqueValues {
    let mut values = UniqueValues::new();
    for (id, resource) in resources(template) {
        let Some(properties) = resource.get("Properties").and_then(Value::as_object) else {
            continue;
        };
        for unique in service_rules::evaluate::unique_values(resource_type(resource), properties) {
            let Some((paths, _)) = unique.row.rule.unique() else {
                continue;
            };
            let mut parts = paths.iter().filter_map(|path| property(resource, path));
            if parts.any(|value| !references(value).is_empty()) {
                continue;
            }
            let called = paths.last().map(|path| format!("{path} {}", unique.value));
            values.insert(
                (unique.row.id, unique.key),
                (id.into(), called.unwrap_or_default()),
            );
        }
    }
    values
}

/// The unique values of a stack, before and after.
struct StackValues<'a> {
    stack: &'a StackName,
    before: UniqueValues,
    after: UniqueValues,
}

impl StackValues<'_> {
    fn claimed(&self) -> impl Iterator<Item = (&UniqueKey, &(LogicalId, String))> {
        let new =
            |(unique, _): &(&UniqueKey, &(LogicalId, String))| !self.before.contains_key(*unique);
        self.after.iter().filter(new)
    }

    fn releases(&self, unique: &UniqueKey) -> bool {
        self.before.contains_key(unique) && !self.after.contains_key(unique)
    }
}

/// Stacks that claim a value which its holder does not release first: the blocker of each.
pub(super) fn value_conflicts<'a>(stacks: &StackSet<'_, 'a>) -> BTreeMap<&'a StackName, Blocker> {
    let values_by_stack = values_by_stack(stacks);
    let mut blockers = BTreeMap::new();
    for one in &values_by_stack {
        let found = one.claimed().find_map(|(unique, (id, called))| {
            let holder = holder(&values_by_stack, one, unique)?;
            let back = holder.claimed().find(|(other, _)| one.releases(other));
            let why = match back {
                _ if !holder.releases(unique) => "keeps it",
                Some(_) => "claims a value of this stack in turn: neither can go first",
                None => return None,
            };
            let finding = Finding {
                from: Some(holder.stack.to_string()),
                to: Some(called.clone()),
                hint: Some(Situation::UniqueValueTaken.to_string()),
                ..Finding::new(
                    FindingCode::UniqueTaken,
                    Severity::Block,
                    one.stack,
                    id.as_str(),
                    format!("claims {called} of {}, which {why}", holder.stack),
                )
            };
            Some(Blocker::with_finding(
                "claims a value that another stack has",
                finding,
            ))
        });
        if let Some(blocker) = found {
            blockers.insert(one.stack, blocker);
        }
    }
    blockers
}

/// Pairs of stacks: the first releases a value that the second claims.
pub(super) fn release_order<'a>(stacks: &StackSet<'_, 'a>) -> Vec<(&'a StackName, &'a StackName)> {
    let values_by_stack = values_by_stack(stacks);
    let mut pairs = Vec::new();
    for one in &values_by_stack {
        for (unique, _) in one.claimed() {
            if let Some(holder) = holder(&values_by_stack, one, unique) {
                pairs.push((holder.stack, one.stack));
            }
        }
    }
    pairs
}

fn values_by_stack<'a>(stacks: &StackSet<'_, 'a>) -> Vec<StackValues<'a>> {
    // Without a compared template no value is released.
    if stacks.changing().all(|stack| stack.before.is_none()) {
        return Vec::new();
    }
    stacks.changing().map(stack_values).collect()
}

fn stack_values<'a>(stack: &Stack<'a>) -> StackValues<'a> {
    let parsed = || {
        let text = stack.artifact?.template.as_deref()?;
        serde_json::from_str(text).ok()
    };
    let after: Option<Value> = match stack.action {
        StackAction::Delete => None,
        _ => stack.after.clone().or_else(parsed),
    };
    StackValues {
        stack: stack.name,
        before: stack.before.as_ref().map(unique_values).unwrap_or_default(),
        after: after.as_ref().map(unique_values).unwrap_or_default(),
    }
}

/// The other stack that holds the value now.
fn holder<'h, 'a>(
    values_by_stack: &'h [StackValues<'a>],
    one: &StackValues<'a>,
    unique: &UniqueKey,
) -> Option<&'h StackValues<'a>> {
    values_by_stack
        .iter()
        .find(|other| other.stack != one.stack && other.before.contains_key(unique))
}
