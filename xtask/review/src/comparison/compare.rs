//! The comparison: each difference with the inputs that it follows from.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::exchange::{InputDifference, InputFiles};
use super::leaf::{At, Leaf, leaves, translated_texts};
use crate::difference::render;
use crate::environment::Environment;

/// The version of the JSON form. It goes up when a reader of the old one would misread the new.
const VERSION: u32 = 1;

/// The environments as they would be with inputs exchanged, by the keys of these.
///
/// An environment of the first name is compared with the second environment, and one of the second name with the first.
#[derive(Clone, Debug, Default)]
pub struct Experiments {
    /// With one input exchanged, where that is a definition.
    pub exchanged: Vec<(String, Environment)>,
    /// The first with all inputs of the second.
    pub all: Option<Environment>,
    /// That with one input as it was.
    pub kept: Vec<(String, Environment)>,
}

/// Where two environments differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The version of this form.
    pub version: u32,
    /// The name of the first environment.
    pub one: String,
    /// The name of the second environment.
    pub other: String,
    /// The inputs that they do not share.
    pub inputs: Vec<InputDifference>,
    /// The stacks of either, by id.
    pub stacks: Vec<StackComparison>,
    /// Whether one environment was synthesized with all inputs of the other, so that what follows from none is known.
    pub exchanged_all: bool,
}

/// A stack of either environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackComparison {
    /// Its name without project and environment.
    pub id: String,
    /// How many texts are the same but for what stands for the same thing: the environment's name, account, domain.
    pub names: usize,
    /// All else that differs.
    pub differences: Vec<ItemDifference>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemDifference {
    /// The logical id; empty where it is no resource's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub logical_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub resource_type: String,
    /// The property; empty for a whole resource, or a whole stack.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The value in the first environment, in one line; none where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one: Option<String>,
    /// The value in the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// What it follows from.
    pub reason: Reason,
}

/// What a difference follows from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "keys")]
pub enum Reason {
    Inputs(BTreeSet<String>),
    /// No input: the definition treats the environments differently by their names.
    Otherwise,
}

/// Differences by place and values. Items of an unordered list may share a place.
type Found = BTreeSet<(At, String, String)>;

fn id(leaf: &Leaf) -> (At, String, String) {
    let text = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
    (leaf.at.clone(), text(&leaf.one), text(&leaf.other))
}

#[must_use]
pub fn compare(
    one: &Environment,
    other: &Environment,
    files: &InputFiles,
    experiments: &Experiments,
) -> Comparison {
    let names = files.pairs();
    let inputs = files.differences();
    let found = |changed: &Environment| -> Found {
        let found = if changed.name == one.name {
            leaves(changed, other, &names)
        } else {
            leaves(one, changed, &names)
        };
        found.iter().map(id).collect()
    };
    let each = |experiments: &[(String, Environment)]| -> Vec<(String, Found)> {
        let experiments = experiments.iter();
        experiments
            .map(|(key, changed)| (key.clone(), found(changed)))
            .collect()
    };
    let (exchanged, kept) = (each(&experiments.exchanged), each(&experiments.kept));
    let untried: BTreeSet<String> = inputs
        .iter()
        .map(|input| input.key.clone())
        .filter(|key| !exchanged.iter().chain(&kept).any(|(tried, _)| tried == key))
        .collect();
    let left: Option<BTreeSet<At>> = experiments.all.as_ref().map(|all| {
        let found = found(all).into_iter();
        found.map(|(at, ..)| at).collect()
    });
    let mut stacks: BTreeMap<String, StackComparison> = BTreeMap::new();
    for id in one.stacks().keys().chain(other.stacks().keys()) {
        let new = || StackComparison {
            id: id.clone(),
            names: 0,
            differences: Vec::new(),
        };
        stacks.entry(id.clone()).or_insert_with(new);
    }
    for (id, stack) in one.stacks() {
        if let Some(compared) = stacks.get_mut(id) {
            compared.names = translated_texts(stack, &names);
        }
    }
    for leaf in leaves(one, other, &names) {
        let Some(stack) = stacks.get_mut(&leaf.at.stack) else {
            continue;
        };
        let id = id(&leaf);
        if left.as_ref().is_some_and(|left| left.contains(&leaf.at)) {
            stack.differences.push(item(leaf, Reason::Otherwise));
            continue;
        }
        let goes = exchanged.iter().filter(|(_, found)| !found.contains(&id));
        let stays = kept.iter().filter(|(_, found)| found.contains(&id));
        let causes: BTreeSet<String> = goes.chain(stays).map(|(key, _)| key.clone()).collect();
        let reason = if !causes.is_empty() {
            Reason::Inputs(causes)
        } else if left.is_some() {
            // It is gone with all inputs exchanged, so it follows from some that can't be exchanged alone.
            Reason::Inputs(untried.clone())
        } else {
            Reason::Otherwise
        };
        stack.differences.push(item(leaf, reason));
    }
    Comparison {
        version: VERSION,
        one: one.name.clone(),
        other: other.name.clone(),
        inputs,
        stacks: stacks.into_values().collect(),
        exchanged_all: left.is_some(),
    }
}

fn item(leaf: Leaf, reason: Reason) -> ItemDifference {
    let is_whole = leaf.at.path.is_empty();
    let shown = |value: Option<Value>| {
        value.map(|value| match value {
            Value::Object(_) if is_whole => leaf.resource_type.clone(),
            value => render(&value),
        })
    };
    ItemDifference {
        logical_id: leaf.at.logical_id,
        path: leaf.at.path,
        one: shown(leaf.one),
        other: shown(leaf.other),
        resource_type: leaf.resource_type.clone(),
        reason,
    }
}

impl Comparison {
    /// The differences that follow from no input, with their stacks.
    pub fn otherwise(&self) -> impl Iterator<Item = (&StackComparison, &ItemDifference)> {
        self.stacks.iter().flat_map(|stack| {
            let items = stack.differences.iter();
            items
                .filter(|item| item.reason == Reason::Otherwise)
                .map(move |item| (stack, item))
        })
    }
}

impl Reason {
    /// The keys, or why there are none.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Inputs(keys) => keys.iter().cloned().collect::<Vec<_>>().join(", "),
            Self::Otherwise => "the name of the environment, and no input".to_owned(),
        }
    }
}
