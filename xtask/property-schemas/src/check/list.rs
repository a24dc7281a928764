//! Lists: how many items there are, and whether they differ.

use serde_json::Value;

use super::{Applies, Checker, Place, Report};
use crate::schema::Shape;
use crate::settle::{Presence, branch, presence};
use crate::violation::{Constraint, Found};

impl<'a> Checker<'a> {
    pub(super) fn list<'v>(
        &self,
        shape: &Shape,
        items: &'v [Value],
        place: &Place<'v>,
        report: &mut Report,
    ) where
        'a: 'v,
    {
        let mut present = Vec::new();
        let mut certain = 0;
        for (index, item) in items.iter().enumerate() {
            match presence(Some(item), &place.assumed) {
                Presence::Absent => continue,
                Presence::Present => certain += 1,
                Presence::Undecided => report.undecided = true,
            }
            present.push(item);
            if let Some(shape) = &shape.items {
                self.check(shape, item, &place.below(&index.to_string()), report);
            }
        }
        if let Some(least) = shape.min_items.filter(|least| present.len() < *least) {
            report.push(
                place,
                Constraint::MinItems(least),
                Found::Count(present.len()),
            );
        }
        if let Some(most) = shape.max_items.filter(|most| certain > *most) {
            report.push(place, Constraint::MaxItems(most), Found::Count(certain));
        }
        let values: Vec<&Value> = present
            .iter()
            .filter_map(|item| Some(branch(item, &place.assumed)?.0))
            .collect();
        differences(shape, &values, place, report);
        if let Some(contains) = &shape.contains {
            let mut outcomes = values
                .iter()
                .map(|value| self.applies(contains, value, place).0);
            let all: Vec<Applies> = outcomes.by_ref().collect();
            if all.contains(&Applies::Yes) {
            } else if all.contains(&Applies::Unknown) {
                report.undecided = true;
            } else {
                let items = values.into_iter().cloned().collect();
                report.push(place, Constraint::Contains, Found::Value(items));
            }
        }
    }
}

/// Whether items repeat. The same function called twice gives the same value.
fn differences(shape: &Shape, values: &[&Value], place: &Place<'_>, report: &mut Report) {
    let mut different: Vec<&Value> = Vec::new();
    for value in values {
        if !different.contains(value) {
            different.push(value);
        } else if shape.unique_items {
            let found = Found::Value((*value).clone());
            report.push(place, Constraint::UniqueItems, found);
        }
    }
    if let Some(most) = shape
        .max_unique_items
        .filter(|most| different.len() > *most)
    {
        report.push(
            place,
            Constraint::MaxUniqueItems(most),
            Found::Count(different.len()),
        );
    }
    if shape.unique_keys.is_empty() {
        return;
    }
    let mut known: Vec<Vec<&Value>> = Vec::new();
    for value in values {
        let keys: Vec<&Value> = shape
            .unique_keys
            .iter()
            .filter_map(|key| value.get(key))
            .collect();
        if keys.len() == shape.unique_keys.len() && known.contains(&keys) {
            report.push(
                place,
                Constraint::UniqueKeys(shape.unique_keys.clone()),
                Found::Value((*value).clone()),
            );
        }
        known.push(keys);
    }
}
