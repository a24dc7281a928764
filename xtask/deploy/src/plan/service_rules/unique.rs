//! Unique values that resources of one stack take from each other.
//!
//! What is removed or replaced leaves at the end of the update: a renamed logical id collides with itself. What
//! changes in place gives its value up at a time of its own, unless the other one waits for it.

use std::collections::BTreeMap;

use service_rules::evaluate::{Unique, unique_values};

use super::templates::{Pair, Resource, Templates};
use crate::next_step::Situation;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::plan::stack::Stack;

type Holders<'t> = BTreeMap<String, (&'t str, Unique)>;

fn held<'t>(
    pairs: &BTreeMap<&'t str, Pair<'t>>,
    side: impl Fn(&Pair<'t>) -> Option<&'t Resource>,
) -> Holders<'t> {
    let mut holders = Holders::new();
    for (id, pair) in pairs {
        for unique in side(pair).into_iter().flat_map(of) {
            holders.entry(unique.key.clone()).or_insert((*id, unique));
        }
    }
    holders
}

fn of(resource: &Resource) -> Vec<Unique> {
    unique_values(&resource.resource_type, &resource.properties).collect()
}

pub(super) fn findings(templates: &Templates, stack: &Stack<'_>) -> Vec<Finding> {
    let pairs = templates.pairs(stack.name);
    let before = held(&pairs, |pair| pair.before);
    let after = held(&pairs, |pair| pair.after);
    let mut findings = Vec::new();
    for (id, pair) in pairs.iter().filter(|(_, pair)| pair.is_provisioned()) {
        for unique in pair.after.into_iter().flat_map(of) {
            let had = before.get(&unique.key);
            // Its own value, which a replacement keeps, has a finding of its own.
            if had.is_some_and(|(holder, _)| holder == id) {
                continue;
            }
            let conflict = match had {
                Some((holder, _)) => taken_over(
                    templates,
                    stack,
                    &pairs,
                    id,
                    holder,
                    &unique,
                    (&before, &after),
                ),
                None => {
                    after
                        .get(&unique.key)
                        .filter(|(other, _)| other != id)
                        .map(|(other, _)| {
                            (
                                Severity::Block,
                                *other,
                                "has, too",
                                Situation::UniqueValueTwice,
                            )
                        })
                }
            };
            let Some((severity, other, why, situation)) = conflict else {
                continue;
            };
            let called = called(&unique);
            findings.push(Finding {
                from: Some(other.to_owned()),
                to: Some(called.clone()),
                hint: Some(situation.to_string()),
                ..Finding::new(
                    FindingCode::UniqueTaken,
                    severity,
                    stack.name,
                    id,
                    format!("{id} claims {called}, which {other} {why}"),
                )
            });
        }
    }
    findings
}

fn called(unique: &Unique) -> String {
    let path = unique.row.rule.unique().and_then(|(paths, _)| paths.last());
    let value = &unique.value;
    path.map_or_else(|| value.clone(), |path| format!("{path} {value}"))
}

type Conflict<'t> = (Severity, &'t str, &'static str, Situation<'static>);

fn taken_over<'t>(
    templates: &Templates,
    stack: &Stack<'_>,
    pairs: &BTreeMap<&'t str, Pair<'t>>,
    id: &str,
    holder: &'t str,
    unique: &Unique,
    (before, after): (&Holders<'t>, &Holders<'t>),
) -> Option<Conflict<'t>> {
    let pair = pairs.get(holder)?;
    let block = |why, situation| Some((Severity::Block, holder, why, situation));
    let keeps = |resource: &Resource| of(resource).iter().any(|one| one.key == unique.key);
    match pair.after {
        None => block(
            "has until the end of the update, when it is removed",
            Situation::UniqueValueReleasedLate,
        ),
        Some(_) if pair.is_replaced() => block(
            "has until the end of the update, when its replacement is done",
            Situation::UniqueValueReleasedLate,
        ),
        Some(resource) if keeps(resource) => block("keeps", Situation::UniqueValueTwice),
        Some(_) if templates.waits(stack.name, id, holder) => None,
        // In turn, what the holder takes is this one's.
        Some(_) if is_swap(before, after, id, holder) => block(
            "gives up only when it gets a value of this one",
            Situation::UniqueValuesSwapped,
        ),
        Some(_) => Some((
            Severity::Acknowledge,
            holder,
            "may give up later: neither waits for the other",
            Situation::UniqueValueRace,
        )),
    }
}

/// Whether the holder takes a value that another one of the circle has.
fn is_swap(before: &Holders<'_>, after: &Holders<'_>, id: &str, holder: &str) -> bool {
    let mut next = holder;
    for _ in 0..before.len() {
        let taken = after
            .iter()
            .filter(|(_, (taker, _))| *taker == next)
            .find_map(|(key, _)| before.get(key).filter(|(had, _)| *had != next));
        match taken {
            Some((had, _)) if *had == id => return true,
            Some((had, _)) => next = had,
            None => return false,
        }
    }
    false
}
