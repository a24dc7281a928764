//! What only one resource may have, and which stacks take it from each other.
//!
//! Services refuse a second one, by the table of service rules: a priority of a listener, a name. Two
//! stacks are deployed at the same time unless there is a reason not to, so who takes something waits
//! for who gives it up; two that take from each other can't be deployed at all.

use std::collections::BTreeMap;

use serde_json::Value;
use service_rules::Rule;

use super::action::StackAction;
use super::blocker::Blocker;
use super::exports::StackSet;
use super::finding::{Finding, FindingCode, Severity};
use super::stack::Stack;
use crate::difference::render;
use crate::template::{property, references, resource_type, resources};

/// What only one resource may have: the rule, and the values as they stand in the template.
type UniqueKey = (&'static str, String);

/// By what is unique: the resource that has it, and what a person would call it: `Priority 10`.
type UniqueValues = BTreeMap<UniqueKey, (String, String)>;

/// What the resources of a template have that others can't. What refers to the stack's own resources
/// is nobody else's.
fn unique_values(template: &Value) -> UniqueValues {
    let mut unique_values = UniqueValues::new();
    for (id, resource) in resources(template) {
        for row in service_rules::of(resource_type(resource)) {
            let Rule::UniqueBy(paths) = row.rule else {
                continue;
            };
            let values: Option<Vec<&Value>> =
                paths.iter().map(|path| property(resource, path)).collect();
            let Some(values) = values else { continue };
            if values.iter().any(|value| !references(value).is_empty()) {
                continue;
            }
            let texts: Vec<String> = values.iter().map(|value| render(value)).collect();
            let called = match (paths.last(), texts.last()) {
                (Some(path), Some(text)) => format!("{path} {text}"),
                _ => continue,
            };
            unique_values.insert((row.id, texts.join(" ")), (id.to_owned(), called));
        }
    }
    unique_values
}

/// What a stack that is deployed to has before and afterwards.
struct StackValues<'a> {
    stack: &'a str,
    before: UniqueValues,
    after: UniqueValues,
}

impl StackValues<'_> {
    fn claimed(&self) -> impl Iterator<Item = (&UniqueKey, &(String, String))> {
        let new =
            |(unique, _): &(&UniqueKey, &(String, String))| !self.before.contains_key(*unique);
        self.after.iter().filter(new)
    }

    fn releases(&self, unique: &UniqueKey) -> bool {
        self.before.contains_key(unique) && !self.after.contains_key(unique)
    }
}

/// StackSet that take something from each other: by stack, why it can't be deployed.
pub(super) fn value_conflicts<'a>(stacks: &StackSet<'_, 'a>) -> BTreeMap<&'a str, Blocker> {
    let values_by_stack = values_by_stack(stacks);
    let mut blockers = BTreeMap::new();
    for one in &values_by_stack {
        let found = one.claimed().find_map(|(unique, (id, called))| {
            let holder = holder(&values_by_stack, one, unique)?;
            let back = holder.claimed().find(|(other, _)| one.releases(other));
            let why = match back {
                _ if !holder.releases(unique) => "keeps it",
                Some(_) => "takes one of this stack in turn: neither can go first",
                None => return None,
            };
            let finding = Finding {
                from: Some(holder.stack.to_owned()),
                to: Some(called.clone()),
                hint: Some(
                    "deploy one of them with a value that nobody has first, and with the wanted \
                     one afterwards"
                        .to_owned(),
                ),
                ..Finding::new(
                    FindingCode::UniqueTaken,
                    Severity::Block,
                    one.stack,
                    id,
                    format!("takes {called} of {}, which {why}", holder.stack),
                )
            };
            Some(Blocker::with_finding(
                "takes what another stack has",
                finding,
            ))
        });
        if let Some(blocker) = found {
            blockers.insert(one.stack, blocker);
        }
    }
    blockers
}

/// Which stack gives up what another one takes: pairs of who goes first, and who waits.
pub(super) fn release_order<'a>(stacks: &StackSet<'_, 'a>) -> Vec<(&'a str, &'a str)> {
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
    // Where no template is compared, nothing is given up.
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

/// Another stack that has it now.
fn holder<'h, 'a>(
    values_by_stack: &'h [StackValues<'a>],
    one: &StackValues<'a>,
    unique: &UniqueKey,
) -> Option<&'h StackValues<'a>> {
    values_by_stack
        .iter()
        .find(|other| other.stack != one.stack && other.before.contains_key(unique))
}
