//! Exports that get another name and say the same.
//!
//! Whoever imports the same thing under another name does not differ by that: nothing is replaced
//! for it, and nobody may do more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::difference::Difference;
use crate::template::{exports, imports, references};
use cloudformation::Replacement;

/// The exports that a stack drops for others with the same value: the old name with the new one.
pub(super) fn renamed(
    before: &Value,
    after: &Value,
    dropped: &BTreeSet<String>,
    difference: &Difference,
) -> Vec<(String, String)> {
    // A value of the same text is another one where what it refers to differs.
    let differing: BTreeSet<&str> = difference
        .resources
        .iter()
        .filter(|one| one.replacement != Replacement::Never || one.properties.is_empty())
        .map(|one| one.logical_id.as_str())
        .collect();
    let new = exports(after);
    exports(before)
        .filter(|(name, ..)| dropped.contains(*name))
        .filter_map(|(name, _, output)| {
            let value = output.get("Value")?;
            let is_another = references(value)
                .iter()
                .any(|reference| differing.contains(reference.target.as_str()));
            let mut same = new
                .clone()
                .filter(|(.., other)| !is_another && other.get("Value") == Some(value));
            let (new_name, ..) = same.next()?;
            Some((name.to_owned(), new_name.to_owned()))
        })
        .collect()
}

/// A template that imports what was renamed under the new name; nothing where it imports none of
/// it.
pub(super) fn with_new_names(
    template: &Value,
    renamed: &BTreeMap<String, String>,
) -> Option<Value> {
    let affected = !renamed.is_empty()
        && imports(template)
            .iter()
            .any(|name| renamed.contains_key(name));
    affected.then(|| {
        let mut template = template.clone();
        rename(&mut template, renamed);
        template
    })
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
