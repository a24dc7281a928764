//! What is dangerous about a change of one stack.
//!
//! What lives here: findings that come from comparing the deployed template with the new one. What
//! never comes in: other stacks, and whether something was acknowledged.

mod groups;
mod holders;
mod permissions;
mod reach;
mod resources;
mod statements;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::intent::Intent;
use super::stack::Stack;
use crate::difference::{Difference, imports};
use crate::plan::Finding;

pub(super) use resources::watched;

/// What a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To bring the environment to its definition.
    Deploy,
    /// To leave nothing of it. That resources go with it was asked for.
    Destroy,
}

/// What is found about a stack that is updated or deleted. `kept` are resources that stay, because
/// exports of theirs are still imported at the end; `renamed` are exports that get another name.
pub(super) fn find(
    stack: &Stack<'_>,
    kept: &BTreeSet<String>,
    renamed: &BTreeMap<String, String>,
    purpose: Purpose,
) -> Vec<Finding> {
    match (&stack.intent, &stack.before, &stack.after) {
        (Intent::Update(_), Some(before), Some(after)) => {
            let mut findings = resources::changed(stack, before, after, kept);
            let before = with_new_names(before, renamed);
            let differing = stack.difference.resources.iter();
            let ids = differing
                .map(|resource| resource.logical_id.as_str())
                .collect();
            findings.extend(permissions::broadened(stack.name, &before, after, &ids));
            if touches_groups(&stack.difference) {
                findings.extend(groups::opened(stack.name, &before, after));
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

/// A template that imports what was renamed under the new name. Whoever imports the same thing
/// under another name may do no more than before.
fn with_new_names<'a>(template: &'a Value, renamed: &BTreeMap<String, String>) -> Cow<'a, Value> {
    let affected = || {
        imports(template)
            .iter()
            .any(|name| renamed.contains_key(name))
    };
    if renamed.is_empty() || !affected() {
        return Cow::Borrowed(template);
    }
    let mut template = template.clone();
    rename(&mut template, renamed);
    Cow::Owned(template)
}

fn rename(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, renamed)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(name) if key == "Fn::ImportValue" => {
                        if let Some(new) = renamed.get(name) {
                            name.clone_from(new);
                        }
                    }
                    value => rename(value, renamed),
                }
            }
        }
        _ => {}
    }
}
