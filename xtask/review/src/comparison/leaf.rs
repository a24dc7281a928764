//! The single differences between two environments, with nothing said of their reasons.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{resource_type, section};
use serde_json::{Map, Value, json};

use super::names::Names;
use crate::difference::{ValueChange, named_value_changes, value_changes};
use crate::environment::{Environment, Stack};

/// A difference: what has it, and both values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    pub(super) at: At,
    pub(super) resource_type: String,
    pub(super) one: Option<Value>,
    pub(super) other: Option<Value>,
}

/// Where a difference is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) stack: String,
    /// Empty for what is no resource's.
    pub(super) logical_id: String,
    /// Empty for a whole resource, or a whole stack.
    pub(super) path: String,
}

/// The output that is the digest of all else.
const DIGEST: &str = "DefinitionDigest";

/// All differences, in the order of stacks and logical ids, but for what stands for the same thing in both.
pub(super) fn leaves(one: &Environment, other: &Environment, names: &Names) -> Vec<Leaf> {
    let (ones, others) = (one.stacks(), other.stacks());
    let ids: BTreeSet<&String> = ones.keys().chain(others.keys()).collect();
    let mut found = Vec::new();
    for id in ids {
        match (ones.get(id), others.get(id)) {
            (Some(one), Some(other)) => stack(id, one, other, names, &mut found),
            (one, other) => {
                let whole = |stack: &Stack| json!(stack.artifact.resources);
                found.push(Leaf {
                    at: At::stack(id),
                    resource_type: String::new(),
                    one: one.map(whole),
                    other: other.map(whole),
                });
            }
        }
    }
    found
}

impl At {
    fn stack(stack: &str) -> Self {
        Self {
            stack: stack.to_owned(),
            logical_id: String::new(),
            path: String::new(),
        }
    }

    fn resource(self, logical_id: &str) -> Self {
        Self {
            logical_id: logical_id.to_owned(),
            ..self
        }
    }
}

/// How many texts of a stack are the same but for what stands for the same thing.
pub(super) fn translated_texts(stack: &Stack, names: &Names) -> usize {
    names.translate(&mut stack.template.clone())
}

fn stack(id: &str, one: &Stack, other: &Stack, names: &Names, found: &mut Vec<Leaf>) {
    let mut template = one.template.clone();
    names.translate(&mut template);
    let (ones, others) = (resources(&template), resources(&other.template));
    let ids: BTreeSet<&str> = ones.keys().chain(others.keys()).copied().collect();
    for logical_id in ids {
        match (ones.get(logical_id), others.get(logical_id)) {
            (Some(one), Some(other)) => resource(id, logical_id, one, other, found),
            (one, other) => {
                let which = one.or(other).map(|which| resource_type(which));
                found.push(Leaf {
                    at: At::stack(id).resource(logical_id),
                    resource_type: which.unwrap_or_default().to_owned(),
                    one: one.map(|&one| one.clone()),
                    other: other.map(|&other| other.clone()),
                });
            }
        }
    }
    let (mut one, other) = (rest(one), rest(other));
    names.translate(&mut one);
    let mut changes = Vec::new();
    value_changes("", "", Some(&one), Some(&other), &mut changes);
    found.extend(
        changes
            .into_iter()
            .map(|change| leaf(At::stack(id), "", change)),
    );
}

fn resources(template: &Value) -> BTreeMap<&str, &Value> {
    section(Some(template), "Resources")
}

fn resource(stack: &str, id: &str, one: &Value, other: &Value, found: &mut Vec<Leaf>) {
    let resource_type = resource_type(other);
    let mut changes = Vec::new();
    let (mine, theirs) = (one.get("Properties"), other.get("Properties"));
    if mine.is_some() || theirs.is_some() {
        named_value_changes(resource_type, "", mine, theirs, &mut changes);
    }
    let (mine, theirs) = (without_properties(one), without_properties(other));
    value_changes("", "", Some(&mine), Some(&theirs), &mut changes);
    let leaves = changes.into_iter();
    let at = At::stack(stack).resource(id);
    found.extend(leaves.map(|change| leaf(at.clone(), resource_type, change)));
}

fn leaf(at: At, resource_type: &str, change: ValueChange<'_>) -> Leaf {
    Leaf {
        at: At {
            path: change.path.clone(),
            ..at
        },
        resource_type: resource_type.to_owned(),
        one: change.from.cloned(),
        other: change.to.cloned(),
    }
}

fn without_properties(resource: &Value) -> Value {
    let mut entries = resource.as_object().cloned().unwrap_or_default();
    entries.remove("Properties");
    Value::Object(entries)
}

/// What a stack is beside its resources: the other sections of its template, and what its assembly says of it.
fn rest(stack: &Stack) -> Value {
    let mut entries: Map<String, Value> = stack.template.as_object().cloned().unwrap_or_default();
    entries.remove("Resources");
    if let Some(Value::Object(outputs)) = entries.get_mut("Outputs") {
        outputs.remove(DIGEST);
    }
    let artifact = &stack.artifact;
    entries.insert("StackTags".to_owned(), json!(artifact.tags));
    entries.insert(
        "TerminationProtection".to_owned(),
        json!(artifact.termination_protection),
    );
    Value::Object(entries)
}
