//! A comparison as text of 80 columns.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::compare::{Comparison, ItemDifference, Reason, StackComparison};
use crate::wrap::wrap;

/// How much of a value is shown.
const VALUE: usize = 48;

/// How much of what two long values begin with.
const BEFORE: usize = 16;

/// The comparison as text: what the environments' inputs make differ, stack by stack, and what nothing explains.
#[must_use]
pub fn text(comparison: &Comparison) -> String {
    let Comparison { one, other, .. } = comparison;
    let mut out = String::new();
    let (same, different): (Vec<_>, Vec<_>) = comparison
        .stacks
        .iter()
        .partition(|stack| stack.differences.is_empty());
    if !comparison.inputs.is_empty() {
        let _ = writeln!(out, "inputs of {one} and {other}");
        for input in &comparison.inputs {
            let shown = |value: &Option<String>| value.as_deref().map_or("not set".to_owned(), cut);
            let (one, other) = (shown(&input.one), shown(&input.other));
            wrap(&mut out, 2, 6, &format!("{}: {one} | {other}", input.key));
        }
        out.push('\n');
    }
    for stack in &different {
        one_stack(&mut out, stack);
    }
    if !same.is_empty() {
        let ids: Vec<&str> = same.iter().map(|stack| stack.id.as_str()).collect();
        let line = format!("the same but for names: {}", ids.join(", "));
        wrap(&mut out, 0, 2, &line);
        out.push('\n');
    }
    conclusion(&mut out, comparison);
    out
}

fn one_stack(out: &mut String, stack: &StackComparison) {
    let _ = writeln!(out, "{}", stack.id);
    let mut reasons: BTreeMap<&Reason, Vec<&ItemDifference>> = BTreeMap::new();
    for item in &stack.differences {
        reasons.entry(&item.reason).or_default().push(item);
    }
    for (reason, items) in reasons {
        wrap(out, 2, 4, &format!("by {}", reason.title()));
        let mut items = items.as_slice();
        while let Some(first) = items.first() {
            // A policy that is cut elsewhere differs in every line.
            let same = items.iter().take_while(|item| {
                item.logical_id == first.logical_id && property(item) == property(first)
            });
            let (group, rest) = items.split_at(same.count());
            items = rest;
            if group.len() > SHOWN {
                let subject = subject(first, property(first));
                wrap(out, 4, 8, &format!("~ {subject}: {} values", group.len()));
            } else {
                for one in group {
                    item(out, one);
                }
            }
        }
    }
    if stack.names > 0 {
        let texts = if stack.names == 1 { "text" } else { "texts" };
        let _ = writeln!(out, "  by names alone: {} {texts}", stack.names);
    }
    out.push('\n');
}

/// How many values of one property are shown.
const SHOWN: usize = 4;

/// The property that a path begins with.
fn property(item: &ItemDifference) -> &str {
    let end = item.path.find(['.', '[']).unwrap_or(item.path.len());
    item.path.get(..end).unwrap_or_default()
}

fn subject(item: &ItemDifference, path: &str) -> String {
    let parts = [item.logical_id.as_str(), path];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return "the stack".to_owned();
    }
    parts.join(".")
}

fn item(out: &mut String, item: &ItemDifference) {
    let whole = item.path.is_empty();
    let subject = subject(item, &item.path);
    let line = match (&item.one, &item.other) {
        (Some(_), None) if whole => format!("- {subject} {}", item.resource_type),
        (None, Some(_)) if whole => format!("+ {subject} {}", item.resource_type),
        (one, other) => {
            let texts = [one, other].map(|value| value.as_deref().unwrap_or("not set"));
            let [one, other] = around_the_difference(texts);
            format!("~ {subject}: {one} | {other}")
        }
    };
    wrap(out, 4, 8, line.trim_end());
}

/// Two values, of which long ones begin shortly before they differ.
fn around_the_difference([one, other]: [&str; 2]) -> [String; 2] {
    let same = one.chars().zip(other.chars());
    let same = same.take_while(|(one, other)| one == other).count();
    [one, other].map(|value| {
        if value.chars().count() <= VALUE || same <= BEFORE {
            return cut(value);
        }
        let rest: String = value.chars().skip(same - BEFORE).collect();
        format!("…{}", cut(&rest))
    })
}

fn cut(value: &str) -> String {
    if value.chars().count() <= VALUE {
        return value.to_owned();
    }
    value.chars().take(VALUE).chain(['…']).collect()
}

fn conclusion(out: &mut String, comparison: &Comparison) {
    let Comparison { one, other, .. } = comparison;
    let otherwise = comparison.otherwise().count();
    let sentence = match (otherwise, comparison.exchanged_all) {
        (0, true) => {
            format!("With each other's inputs, {one} and {other} differ by their names only.")
        }
        (0, false) => format!(
            "Each difference follows from an input. {one} and {other} can't be synthesized with all of each \
             other's inputs."
        ),
        (1, _) => {
            "1 difference follows from the environments' names, and from no input.".to_owned()
        }
        (count, _) => {
            format!("{count} differences follow from the environments' names, and from no input.")
        }
    };
    wrap(out, 0, 0, &sentence);
}
