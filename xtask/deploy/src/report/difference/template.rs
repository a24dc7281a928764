//! Differences between two templates of a stack.

use std::collections::BTreeMap;

use cloudformation::{Replacement, StackName};
use review::difference::{
    Change, Difference, EntryDifference, OutputDifference, PropertyDifference, ResourceDifference,
};

use super::values::{cut, shorten_pair};
use crate::report::line::{Line, Tone};
use crate::report::style::OutputStyle;

/// How far in a stack's changes stand, and what belongs to one of them.
const RESOURCE: usize = 8;
const PROPERTY: usize = 12;

/// The differences of several stacks as lines, by stack.
#[must_use]
pub fn templates(
    differences: &BTreeMap<StackName, Difference>,
    style: OutputStyle,
) -> BTreeMap<StackName, Vec<Line>> {
    let each = differences.iter();
    each.map(|(stack, one)| (stack.clone(), template(one, style)))
        .collect()
}

/// The differences, one a line, and what of each below it.
#[must_use]
pub fn template(difference: &Difference, style: OutputStyle) -> Vec<Line> {
    let mut lines = Vec::new();
    for one in &difference.resources {
        lines.push(resource(one));
        for property in &one.properties {
            lines.extend(property_lines(property, style));
        }
    }
    for one in &difference.outputs {
        lines.extend(output(one, style));
    }
    for one in &difference.parameters {
        lines.extend(entry("parameter", one, style));
    }
    for one in &difference.others {
        lines.extend(entry("", one, style));
    }
    lines
}

fn resource(one: &ResourceDifference) -> Line {
    let (sign, tone) = match (one.change, one.replacement) {
        (Change::Changed, Replacement::Always) => ("!", Tone::Bad),
        (change, _) => sign(change),
    };
    let line = Line::at(RESOURCE)
        .and(tone, sign)
        .plain(" ")
        .plain(&one.logical_id)
        .plain("  ")
        .and(Tone::Dim, &one.resource_type);
    match one.replacement {
        Replacement::Never => line,
        Replacement::Conditional => line.plain(", ").and(tone, "may be replaced"),
        Replacement::Always => line.plain(", ").and(tone, "replaced"),
    }
}

pub(super) const fn sign(change: Change) -> (&'static str, Tone) {
    match change {
        Change::Added => ("+", Tone::Good),
        Change::Removed => ("-", Tone::Bad),
        Change::Changed => ("~", Tone::Warn),
    }
}

fn property_lines(one: &PropertyDifference, style: OutputStyle) -> Vec<Line> {
    let title = Line::at(PROPERTY).plain(&one.path);
    let mut lines = values(title, one.from.as_deref(), one.to.as_deref(), style);
    let word = match one.replacement {
        Replacement::Never => return lines,
        Replacement::Conditional => ", may replace it",
        Replacement::Always => ", replaces it",
    };
    if let Some(last) = lines.pop() {
        lines.push(last.and(Tone::Bad, word));
    }
    lines
}

fn output(one: &OutputDifference, style: OutputStyle) -> Vec<Line> {
    let (sign, tone) = sign(one.change);
    let mut title = Line::at(RESOURCE)
        .and(tone, sign)
        .plain(" output ")
        .plain(&one.output);
    if let Some(export) = &one.export {
        title = title.and(Tone::Dim, format!("  exported as {export}"));
    }
    if one.change == Change::Changed && !one.value_changes {
        return vec![title.plain(": value unchanged")];
    }
    values(title, one.from.as_deref(), one.to.as_deref(), style)
}

fn entry(kind: &str, one: &EntryDifference, style: OutputStyle) -> Vec<Line> {
    let (sign, tone) = sign(one.change);
    let name = if kind.is_empty() {
        one.name.clone()
    } else {
        format!("{kind} {}", one.name)
    };
    let title = Line::at(RESOURCE).and(tone, sign).plain(" ").plain(name);
    values(title, one.from.as_deref(), one.to.as_deref(), style)
}

/// From and to, in the title's line where that has room for them.
fn values(title: Line, from: Option<&str>, to: Option<&str>, style: OutputStyle) -> Vec<Line> {
    let ellipsis = style.ellipsis();
    let arrow = style.arrow();
    let text = match (from, to) {
        (None, None) => return vec![title],
        (None, Some(to)) => cut(to, ellipsis),
        (Some(from), None) => format!("{} {arrow} nothing", cut(from, ellipsis)),
        (Some(from), Some(to)) if from == to => {
            format!("{}, which is replaced", cut(to, ellipsis))
        }
        (Some(from), Some(to)) => {
            let [from, to] = shorten_pair([from, to], ellipsis);
            let line = title.clone().plain(format!(": {from} {arrow} {to}"));
            if line.width() <= style.width {
                return vec![line];
            }
            let side = |word: &str, value: String| {
                Line::at(PROPERTY + 2)
                    .and(Tone::Dim, format!("{word:<5}"))
                    .plain(value)
                    .hanging(PROPERTY + 7)
            };
            return vec![title, side("from", from), side("to", to)];
        }
    };
    vec![title.plain(": ").plain(text)]
}
