//! Exports that come, go, move or change, and who imports them.
//!
//! CloudFormation neither removes nor changes an export that a deployed stack imports:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>. The planner takes the
//! steps that this needs; here stands what they are for.

use std::collections::BTreeMap;

use cloudformation::template::exports;
use serde_json::Value;

use super::Change;
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::{self, render};
use crate::environment::Environment;

/// An export of a stack.
struct Export<'a> {
    stack: &'a str,
    value: Option<&'a Value>,
    importers: Vec<&'a str>,
}

pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let (before, after) = (all(change.before), all(change.after));
    let changed = changed_values(change);
    let mut added: BTreeMap<&str, &Export<'_>> = after
        .iter()
        .filter(|(name, _)| !before.contains_key(*name))
        .map(|(name, one)| (*name, one))
        .collect();
    let mut found = Vec::new();
    for (name, old) in &before {
        match after.get(name) {
            Some(new) if new.stack != old.stack => found.push(moved(change, name, old, new)),
            Some(new) if changed.contains(&(old.stack, *name)) => {
                found.push(value_changed(change, name, old, new));
            }
            Some(_) => {}
            None => {
                let successor = added
                    .iter()
                    .find(|(_, one)| one.stack == old.stack && one.value == old.value)
                    .map(|(name, _)| *name);
                match successor.and_then(|name| added.remove_entry(name)) {
                    Some((successor, new)) => {
                        found.push(renamed(change, name, successor, old, new));
                    }
                    None => found.extend(removed(change, name, old)),
                }
            }
        }
    }
    found.extend(
        added
            .into_iter()
            .filter(|(_, one)| change.before.stacks().contains_key(one.stack))
            .map(|(name, one)| {
                let text = format!("exports {name}, which {}", import(&one.importers));
                consequence(
                    change.after,
                    one.stack,
                    Weight::Minor,
                    text,
                    (None, one.value),
                )
            }),
    );
    found
}

fn all(side: &Environment) -> BTreeMap<&str, Export<'_>> {
    let mut found = BTreeMap::new();
    for (stack, one) in side.stacks() {
        for (name, _, output) in exports(&one.template) {
            let export = Export {
                stack,
                value: output.get("Value"),
                importers: side.importers(name).collect(),
            };
            found.insert(name, export);
        }
    }
    found
}

/// The exports whose deployed value changes: their text does, or what they refer to is replaced.
fn changed_values<'a>(change: &Change<'a>) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    for (id, before) in change.before.stacks() {
        let Some(after) = change.after.stacks().get(id) else {
            continue;
        };
        let difference = difference::compare(Some(&before.template), Some(&after.template));
        for output in difference
            .outputs
            .iter()
            .filter(|one| one.change == difference::Change::Changed && one.value_changes)
        {
            let name = exports(&before.template).find(|(_, id, _)| *id == output.output);
            found.extend(name.map(|(name, _, _)| (id.as_str(), name)));
        }
    }
    found
}

fn list(stacks: &[&str]) -> String {
    const NAMED: usize = 4;
    let named = stacks.iter().take(NAMED).copied().collect::<Vec<_>>();
    match stacks.len() {
        many if many > NAMED => format!("{} and {} more", named.join(", "), many - NAMED),
        _ => named.join(", "),
    }
}

fn import(importers: &[&str]) -> String {
    match importers {
        [] => "no stack imports".to_owned(),
        [one] => format!("{one} imports"),
        many => format!("{} import", list(many)),
    }
}

fn removed(change: &Change<'_>, name: &str, old: &Export<'_>) -> Option<Consequence> {
    let stays = change.after.stacks().contains_key(old.stack);
    let still: Vec<&str> = change.after.importers(name).collect();
    let (weight, text) = if !still.is_empty() {
        (
            Weight::Severe,
            format!(
                "no longer exports {name}, which {}: those stacks can't be updated",
                import(&still)
            ),
        )
    } else if !stays {
        return None;
    } else if old.importers.is_empty() {
        (
            Weight::Minor,
            format!("no longer exports {name}, which no stack imports"),
        )
    } else {
        (
            Weight::Notable,
            format!(
                "no longer exports {name}, which {} until now: CloudFormation refuses that until they are updated",
                import(&old.importers)
            ),
        )
    };
    Some(consequence(
        change.before,
        old.stack,
        weight,
        text,
        (old.value, None),
    ))
}

fn renamed(
    change: &Change<'_>,
    name: &str,
    successor: &str,
    old: &Export<'_>,
    new: &Export<'_>,
) -> Consequence {
    let text = if old.importers.is_empty() {
        format!("exports {name} as {successor}; no stack imports it")
    } else {
        format!(
            "exports {name} as {successor}: {} must follow before the old name can go, which takes two updates of {}",
            list(&old.importers),
            old.stack
        )
    };
    let weight = if old.importers.is_empty() {
        Weight::Minor
    } else {
        Weight::Notable
    };
    consequence(
        change.after,
        new.stack,
        weight,
        text,
        (old.value, new.value),
    )
}

fn moved(change: &Change<'_>, name: &str, old: &Export<'_>, new: &Export<'_>) -> Consequence {
    let text = format!(
        "exports {name} in place of {}: CloudFormation has one export of a name, so {} must lose it first, which it refuses while {}",
        old.stack,
        old.stack,
        import(&old.importers)
    );
    consequence(
        change.after,
        new.stack,
        Weight::Notable,
        text,
        (old.value, new.value),
    )
}

fn value_changed(
    change: &Change<'_>,
    name: &str,
    old: &Export<'_>,
    new: &Export<'_>,
) -> Consequence {
    let (weight, text) = if old.importers.is_empty() {
        (
            Weight::Minor,
            format!("exports another value as {name}, which no stack imports"),
        )
    } else {
        (
            Weight::Notable,
            format!(
                "exports another value as {name}, which {}: CloudFormation refuses to change it in use, and each importer is updated with the new one",
                import(&old.importers)
            ),
        )
    };
    consequence(
        change.after,
        new.stack,
        weight,
        text,
        (old.value, new.value),
    )
}

fn consequence(
    side: &Environment,
    stack: &str,
    weight: Weight,
    text: String,
    (from, to): (Option<&Value>, Option<&Value>),
) -> Consequence {
    let (from, to) = (from.map(render), to.map(render));
    let same = from == to;
    Consequence {
        from: from.filter(|_| !same),
        to: to.filter(|_| !same),
        ..side.consequence(stack, "", weight, Kind::Exports, text)
    }
}
