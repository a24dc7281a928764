//! Stacks in a report: a line each.

use std::collections::BTreeSet;

use cloudformation::Replacement;
use serde::Serialize;

use crate::difference::{Change, Difference, compare};
use crate::environment::{Environment, Stack};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackChange {
    /// Its name without project and environment.
    pub id: String,
    /// Whether it comes, goes or changes.
    pub sign: Sign,
    /// Resources that are added.
    pub added: usize,
    /// Resources that are modified in place.
    pub changed: usize,
    /// Resources that are removed.
    pub removed: usize,
    /// Resources that are replaced, or may be.
    pub replaced: usize,
    /// The size of its template in bytes, before.
    pub bytes_before: usize,
    pub bytes_after: usize,
    /// Its properties, outputs and parameters that differ.
    pub difference: Difference,
}

/// What happens to a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    Added,
    /// It is no longer defined.
    Removed,
    Changed,
}

impl Sign {
    /// `+`, `-` or `~`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "-",
            Self::Changed => "~",
        }
    }
}

/// The stacks that change, and the number of those that don't.
pub(super) fn changes(before: &Environment, after: &Environment) -> (Vec<StackChange>, usize) {
    let ids: BTreeSet<&String> = before
        .stacks()
        .keys()
        .chain(after.stacks().keys())
        .collect();
    let mut changed = Vec::new();
    let mut unchanged = 0;
    for id in ids {
        let (old, new) = (before.stacks().get(id), after.stacks().get(id));
        match change(id, old, new) {
            Some(one) => changed.push(one),
            None => unchanged += 1,
        }
    }
    (changed, unchanged)
}

fn change(id: &str, old: Option<&Stack>, new: Option<&Stack>) -> Option<StackChange> {
    let template = |stack: Option<&'_ Stack>| stack.map(|stack| stack.template.clone());
    let difference = compare(template(old).as_ref(), template(new).as_ref());
    let same_facts = match (old, new) {
        (Some(old), Some(new)) => {
            let facts = |stack: &Stack| {
                let artifact = stack.artifact.clone();
                (
                    artifact.tags,
                    artifact.termination_protection,
                    artifact.applied_manually,
                )
            };
            facts(old) == facts(new)
        }
        _ => false,
    };
    if difference.is_empty() && same_facts {
        return None;
    }
    let count = |wanted: Change| {
        let resources = difference.resources.iter();
        resources
            .filter(|one| one.change == wanted && one.replacement == Replacement::Never)
            .count()
    };
    let replaced = difference
        .resources
        .iter()
        .filter(|one| one.replacement != Replacement::Never)
        .count();
    Some(StackChange {
        id: id.to_owned(),
        sign: match (old, new) {
            (None, _) => Sign::Added,
            (_, None) => Sign::Removed,
            _ => Sign::Changed,
        },
        added: count(Change::Added),
        changed: count(Change::Changed),
        removed: count(Change::Removed),
        replaced,
        bytes_before: old.map_or(0, |stack| stack.artifact.bytes),
        bytes_after: new.map_or(0, |stack| stack.artifact.bytes),
        difference,
    })
}
