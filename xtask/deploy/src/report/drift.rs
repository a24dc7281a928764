//! Drift: resources that were changed without CloudFormation.

use crate::drift::{DriftedProperty, DriftedResource, Report, StackReport};
use common::environment::EnvironmentName;

use crate::report::line::{Line, Tone};
use crate::report::style::OutputStyle;
use crate::report::wording::{count, short};

/// For people: the stacks in which something is not as defined, or that could not be looked at, and
/// a verdict. Values stay whole: one of them may have to be put back by hand.
#[must_use]
pub fn lines(report: &Report, environment: EnvironmentName, style: OutputStyle) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, stack) in &report.stacks {
        if stack.resources.is_empty() && stack.unread.is_none() {
            continue;
        }
        lines.push(Line::new().and(Tone::Strong, short(name, environment)));
        lines.extend(stack_lines(stack, style));
        lines.push(Line::new());
    }
    lines.push(verdict(report, environment));
    lines
}

fn stack_lines(stack: &StackReport, style: OutputStyle) -> Vec<Line> {
    let mut lines = Vec::new();
    for one in &stack.resources {
        lines.push(resource(one));
        for property in &one.properties {
            lines.extend(property_lines(property, style));
        }
    }
    if let Some(why) = &stack.unread {
        lines.push(
            Line::at(2)
                .and(Tone::Warn, "not checked: ")
                .plain(why)
                .hanging(4),
        );
    }
    lines
}

fn resource(one: &DriftedResource) -> Line {
    let (sign, tone) = if one.deleted {
        ("-", Tone::Bad)
    } else {
        ("~", Tone::Warn)
    };
    let line = Line::at(2)
        .and(tone, sign)
        .plain(" ")
        .plain(&one.logical_id)
        .plain("  ")
        .and(Tone::Dim, &one.resource_type);
    match (&one.physical_id, one.deleted) {
        (Some(id), true) => line.plain(format!("  {id}")).and(tone, " is gone"),
        (None, true) => line.and(tone, "  is gone"),
        (Some(id), false) => line.plain("  ").and(Tone::Dim, id),
        (None, false) => line,
    }
}

/// Defined and actual, in the title's line where that has room for them.
fn property_lines(one: &DriftedProperty, style: OutputStyle) -> Vec<Line> {
    let defined = match (&one.defined, &one.written) {
        (Some(value), Some(function)) => format!("{value} ({function})"),
        (Some(value), None) => value.clone(),
        (None, _) => "nothing".to_owned(),
    };
    let actual = one.actual.as_deref().unwrap_or("nothing");
    let title = Line::at(6).plain(&one.path);
    let arrow = style.arrow();
    let line = title.clone().plain(format!(": {defined} {arrow} {actual}"));
    if line.width() <= style.width {
        return vec![line];
    }
    let side = |word: &str, value: &str| {
        Line::at(8)
            .and(Tone::Dim, format!("{word:<8}"))
            .plain(value)
            .hanging(16)
    };
    vec![title, side("defined", &defined), side("actual", actual)]
}

fn verdict(report: &Report, environment: EnvironmentName) -> Line {
    let line = Line::new().and(Tone::Strong, environment.as_str());
    let line = match report.drifted() {
        0 => line.plain(": ").and(Tone::Good, "no drift"),
        number => line
            .plain(": ")
            .and(Tone::Warn, format!("{} drifted", count(number, "resource"))),
    };
    let of = count(report.stacks.len(), "stack");
    let line = line.plain(format!(", {of} checked"));
    match report.unread() {
        0 => line,
        number => line.and(
            Tone::Warn,
            format!("; {} only in part", count(number, "stack")),
        ),
    }
}
