//! Stacks of a page: a fold each, with what differs in it.

use std::fmt::Write as _;

use cloudformation::Replacement;
use cloudformation::template::{resource_type, resources};

use super::consequences::{change, folded};
use super::markup::escaped;
use crate::difference::{Change, EntryDifference, ResourceDifference};
use crate::environment::Stack;
use crate::report::{EnvironmentReport, Sign, StackChange, number};

/// How much of a value stands beside its property; more is folded.
const VALUE: usize = 160;

/// CloudFormation's limit of a template that is passed inline.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const LIMIT: &str = "51,200";

pub(super) fn section(one: &EnvironmentReport) -> String {
    if one.stacks.is_empty() {
        return String::new();
    }
    let mut out = format!("<h3>{}</h3>", escaped(&one.environment));
    for stack in &one.stacks {
        changed(&mut out, stack);
    }
    if one.unchanged > 0 {
        let _ = write!(
            out,
            "<p class=\"sub\">{} unchanged</p>",
            number(one.unchanged, "stack")
        );
    }
    for sentence in one.access.sentences() {
        let _ = write!(out, "<p class=\"sub\">{}</p>", escaped(&sentence));
    }
    for line in one.charges.lines() {
        let _ = write!(out, "<p class=\"sub\">{}</p>", escaped(&line));
    }
    if !one.quotas.is_empty() {
        let quotas: Vec<String> = one
            .quotas
            .iter()
            .map(|one| escaped(&one.to_string()))
            .collect();
        let _ = write!(out, "<p class=\"sub\">Quotas: {}</p>", quotas.join(" · "));
    }
    out
}

const fn tag(change: Change, replacement: Replacement) -> (&'static str, &'static str) {
    match (change, replacement) {
        (Change::Added, _) => ("added", "+ added"),
        (Change::Removed, _) => ("removed", "− removed"),
        (Change::Changed, Replacement::Always) => ("replaced", "! replaced"),
        (Change::Changed, Replacement::Conditional) => ("replaced", "! may be replaced"),
        (Change::Changed, Replacement::Never) => ("changed", "~ changed"),
    }
}

fn tagged((class, text): (&str, &str)) -> String {
    format!("<span class=\"tag {class}\">{text}</span>")
}

fn changed(out: &mut String, stack: &StackChange) {
    let change = match stack.sign {
        Sign::Added => Change::Added,
        Sign::Removed => Change::Removed,
        Sign::Changed => Change::Changed,
    };
    let mut numbers: Vec<String> = Vec::new();
    for (count, word) in [
        (stack.added, "added"),
        (stack.changed, "changed"),
        (stack.removed, "removed"),
        (stack.replaced, "replaced"),
    ] {
        if count > 0 {
            numbers.push(format!("{count} {word}"));
        }
    }
    numbers.push(format!("{} of {LIMIT} bytes", thousands(stack.bytes_after)));
    let _ = write!(
        out,
        "<details class=\"stack\"><summary><b>{}</b> {} <span class=\"numbers\">{}</span></summary><div class=\"body\">",
        escaped(&stack.id),
        tagged(tag(change, Replacement::Never)),
        numbers.join(" · ")
    );
    let difference = &stack.difference;
    for one in &difference.resources {
        resource(out, one);
    }
    let outputs = difference.outputs.iter().map(|one| EntryDifference {
        name: match &one.export {
            Some(export) => format!("Output {}, exported as {export}", one.output),
            None => format!("Output {}", one.output),
        },
        change: one.change,
        from: one.from.clone(),
        to: one.to.clone(),
    });
    let parameters = difference.parameters.iter().map(|one| EntryDifference {
        name: format!("Parameter {}", one.name),
        ..one.clone()
    });
    for one in outputs
        .chain(parameters)
        .chain(difference.others.iter().cloned())
    {
        let _ = write!(
            out,
            "<div class=\"resource\"><h4>{} {}</h4>",
            escaped(&one.name),
            tagged(tag(one.change, Replacement::Never))
        );
        let property = PropertyRow {
            path: "",
            from: one.from.as_deref(),
            to: one.to.as_deref(),
            replacement: Replacement::Never,
        };
        property.write(out);
        out.push_str("</div>");
    }
    if difference.is_empty() {
        out.push_str("<p>Only what the assembly says of the stack differs: tags, termination protection, or who applies it.</p>");
    }
    out.push_str("</div></details>");
}

fn resource(out: &mut String, one: &ResourceDifference) {
    let _ = write!(
        out,
        "<div class=\"resource\"><h4>{} <span class=\"type\">{}</span> {}</h4>",
        escaped(&one.logical_id),
        escaped(&one.resource_type),
        tagged(tag(one.change, one.replacement))
    );
    for each in &one.properties {
        let property = PropertyRow {
            path: &each.path,
            from: each.from.as_deref(),
            to: each.to.as_deref(),
            replacement: each.replacement,
        };
        property.write(out);
    }
    out.push_str("</div>");
}

/// A changed value of a resource, an output or a parameter.
struct PropertyRow<'a> {
    /// Empty for the only value of its heading.
    path: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    replacement: Replacement,
}

impl PropertyRow<'_> {
    fn write(&self, out: &mut String) {
        let Self {
            path,
            from,
            to,
            replacement,
        } = *self;
        let replaces = match replacement {
            Replacement::Never => "",
            Replacement::Always => " <span class=\"tag replaced\">! replaces it</span>",
            Replacement::Conditional => " <span class=\"tag replaced\">! may replace it</span>",
        };
        let path = if path.is_empty() {
            String::new()
        } else {
            format!("<code>{}</code>: ", escaped(path))
        };
        let fits = |value: Option<&str>| value.is_none_or(|value| value.chars().count() <= VALUE);
        if from == to {
            let _ = write!(
                out,
                "<p class=\"property\">{path}<code>{}</code>, which refers to what is replaced{replaces}</p>",
                escaped(to.unwrap_or_default())
            );
        } else if fits(from) && fits(to) {
            let _ = write!(
                out,
                "<p class=\"property\">{path}{}{replaces}</p>",
                change(from, to)
            );
        } else {
            let _ = write!(
                out,
                "<p class=\"property\">{path}{replaces}</p>{}",
                folded(from, to)
            );
        }
    }
}

/// A stack without a change: its resources by type.
pub(super) fn listed(out: &mut String, id: &str, stack: &Stack) {
    let artifact = &stack.artifact;
    let mut numbers = vec![number(artifact.resources, "resource")];
    numbers.push(format!("{} of {LIMIT} bytes", thousands(artifact.bytes)));
    if artifact.applied_manually {
        numbers.push("applied by a person".to_owned());
    }
    let _ = write!(
        out,
        "<details class=\"stack\"><summary><b>{}</b> <span class=\"numbers\">{}</span></summary><div class=\"body\">",
        escaped(id),
        numbers.join(" · ")
    );
    for note in &artifact.notes {
        let _ = write!(out, "<p class=\"property\">{}</p>", escaped(note));
    }
    for (logical_id, json) in resources(&stack.template) {
        let _ = write!(
            out,
            "<p class=\"property\">{} <span class=\"type\">{}</span></p>",
            escaped(logical_id),
            escaped(resource_type(json))
        );
    }
    out.push_str("</div></details>");
}

/// `12,345`.
fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
