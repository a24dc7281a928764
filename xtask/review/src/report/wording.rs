//! A consequence in words, alike in every form of a report.

use super::Told;
use super::headline::number;
use crate::consequence::{Applied, Consequence, Subject, Weight};
use crate::meaning;

/// How many subjects are named before the rest is counted.
const NAMED: usize = 3;

/// How much of a value is shown.
const VALUE: usize = 60;

/// The sign of a weight: `!`, `~`, `·`.
#[must_use]
pub const fn sign(weight: Weight) -> &'static str {
    match weight {
        Weight::Severe => "!",
        Weight::Notable => "~",
        Weight::Minor => "·",
    }
}

/// Who it happens to: `log group network/FlowLogGroup`, `24 log groups, such as …`.
#[must_use]
pub fn subjects(consequence: &Consequence) -> String {
    let subjects = &consequence.subjects;
    let resource_type = subjects
        .first()
        .map(|one| one.resource_type.as_str())
        .unwrap_or_default();
    let noun = match meaning::of(resource_type) {
        Some(row) => row.noun,
        None if resource_type.is_empty() => "stack",
        None => "resource",
    };
    let paths: Vec<String> = subjects.iter().take(NAMED).map(Subject::path).collect();
    match subjects.len() {
        0 => String::new(),
        1 => format!("{noun} {}", paths.join("")),
        many if many <= NAMED => format!("{} {}", number(many, noun), paths.join(", ")),
        many => format!("{} such as {}", number(many, noun), paths.join(", ")),
    }
}

/// The property with both values, where it is defined, and who applies it.
#[must_use]
pub fn details(one: &Consequence) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(property) = &one.property {
        parts.push(match (&one.from, &one.to) {
            (None, None) => property.clone(),
            (from, to) => format!(
                "{property} {} → {}",
                shown(from.as_deref()),
                shown(to.as_deref())
            ),
        });
    }
    let places = if one.causes.is_empty() {
        let defined = one
            .subjects
            .iter()
            .filter_map(|subject| subject.defined_at.clone());
        let mut places: Vec<String> = defined.collect();
        places.dedup();
        places
    } else {
        one.causes.clone()
    };
    if let Some(first) = places.first() {
        parts.push(match places.len() {
            1 => first.clone(),
            many => format!("{first} and {}", number(many - 1, "place")),
        });
    }
    match one.applied {
        Applied::ByDeploying => {}
        Applied::Manually => parts.push("applied by a person".to_owned()),
        Applied::WithPrune => parts.push("only with --prune".to_owned()),
    }
    parts
}

fn shown(value: Option<&str>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(value) if value.chars().count() <= VALUE => value.to_owned(),
        Some(value) => value.chars().take(VALUE).chain(['…']).collect(),
    }
}

pub(super) fn told_details(told: &Told, environments: usize) -> Vec<String> {
    let mut parts = details(&told.consequence);
    if told.environments.len() < environments {
        parts.push(told.environments.join(", "));
    }
    parts
}
