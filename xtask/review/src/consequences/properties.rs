//! Properties that change, by their meaning.

use serde_json::Value;

use super::Change;
use super::values::{number, short};
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::{ValueChange, named_value_changes, render};
use crate::environment::Resource;
use crate::meaning::{self, Effect, Meaning, Unset};

/// The consequences of every changed property that needs no analysis of its own.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let pairs = change.after.resources().filter_map(|after| {
        let before = change.before.resource(after.stack, after.logical_id)?;
        (before.resource_type == after.resource_type).then_some((before, after))
    });
    pairs
        .flat_map(|(before, after)| changed(change, before, after))
        .collect()
}

fn changed(change: &Change<'_>, before: Resource<'_>, after: Resource<'_>) -> Vec<Consequence> {
    let mut found = Vec::new();
    let side =
        |resource: Resource<'_>| resource.json.get("Properties").cloned().unwrap_or_default();
    let (one, other) = (side(before), side(after));
    named_value_changes(
        after.resource_type,
        "",
        Some(&one),
        Some(&other),
        &mut found,
    );
    found
        .iter()
        .filter_map(|value| {
            let (effect, item) = effect(after.resource_type, value)?;
            let shown = |value: Option<&Value>| value.map(render);
            let (from, to) = (shown(value.from), shown(value.to));
            let words = |value: Option<&Value>| value.map(short);
            let values = TextValues {
                from: words(value.from),
                to: words(value.to),
                item,
            };
            let text = values.fill(effect.text);
            Some(Consequence {
                property: Some(value.path.clone()),
                from,
                to,
                ..change.after.consequence(
                    after.stack,
                    after.logical_id,
                    effect.weight,
                    effect.kind,
                    text,
                )
            })
        })
        .collect()
}

/// A property without a row: a test holds that the definition sets none.
const UNKNOWN: Effect = Effect::notable(
    Kind::Other,
    "changes; what follows from it is not known here",
);

/// The effect of one change, and the item that came or went.
fn effect(resource_type: &str, value: &ValueChange<'_>) -> Option<(Effect, Option<String>)> {
    let row = meaning::of(resource_type);
    let Some(meaning) = row.and_then(|row| row.property(&value.path)) else {
        return Some((UNKNOWN, None));
    };
    match meaning {
        Meaning::Number { less, more, unset } => {
            let (from, to) = (amount(value.from, *unset), amount(value.to, *unset));
            match (from, to) {
                (Some(from), Some(to)) if to < from => Some((*less, None)),
                (Some(from), Some(to)) if to > from => Some((*more, None)),
                (Some(_), Some(_)) => None,
                // Known at deployment only: the worse of both.
                _ => Some((
                    if less.weight <= more.weight {
                        *less
                    } else {
                        *more
                    },
                    None,
                )),
            }
        }
        Meaning::Switch { on, off, unset } => {
            let is_on = |side: Option<&Value>| side.map_or(*unset, is_on);
            match (is_on(value.from), is_on(value.to)) {
                (false, true) => Some((*on, None)),
                (true, false) => Some((*off, None)),
                _ => None,
            }
        }
        Meaning::Items { added, removed } => match (value.from, value.to) {
            (None, Some(item)) => Some((*added, Some(short(item)))),
            (Some(item), None) => Some((*removed, Some(short(item)))),
            (Some(_), Some(item)) => Some((*added, Some(short(item)))),
            (None, None) => None,
        },
        Meaning::Change(effect) | Meaning::Reference(effect) => Some((*effect, None)),
        Meaning::Label => {
            let text = "is named or described otherwise";
            Some((
                Effect {
                    weight: Weight::Minor,
                    kind: Kind::Other,
                    text,
                },
                None,
            ))
        }
        Meaning::Analysed => None,
    }
}

/// A number, also as text; what a missing one stands for.
fn amount(side: Option<&Value>, unset: Unset) -> Option<f64> {
    match (side, unset) {
        (Some(_), _) => number(side),
        (None, Unset::Default(default)) => i32::try_from(default).ok().map(f64::from),
        (None, Unset::Unlimited) => Some(f64::INFINITY),
        _ => None,
    }
}

fn is_on(value: &Value) -> bool {
    const ON: [&str; 6] = ["true", "enabled", "on", "required", "active", "immutable"];
    match value {
        Value::Bool(on) => *on,
        Value::String(text) => ON.contains(&text.to_lowercase().as_str()),
        _ => false,
    }
}

/// What the placeholders of a table's text stand for.
struct TextValues {
    from: Option<String>,
    to: Option<String>,
    item: Option<String>,
}

impl TextValues {
    fn fill(&self, text: &str) -> String {
        let or_default = |value: &Option<String>| value.clone().unwrap_or("the default".to_owned());
        text.replace("{from}", &or_default(&self.from))
            .replace("{to}", &or_default(&self.to))
            .replace("{item}", self.item.as_deref().unwrap_or_default())
    }
}
