//! Consequences of a page, with the controls that filter them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::markup::{escaped, prose, slug};
use super::words;
use crate::consequence::{Applied, Weight};
use crate::report::{Report, Told, number, subjects};

/// How much of a value stands beside its property; more is folded.
const VALUE: usize = 120;

/// How many places are named before the rest is folded.
const PLACES: usize = 3;

pub(super) fn section(report: &Report) -> String {
    let mut out = controls(report);
    for (weight, sign, title) in [
        (Weight::Severe, "▲", "Severe"),
        (Weight::Notable, "◆", "Notable"),
        (Weight::Minor, "●", "Minor"),
    ] {
        let found: Vec<&Told> = report
            .consequences
            .iter()
            .filter(|one| one.consequence.weight == weight)
            .collect();
        if found.is_empty() {
            continue;
        }
        let kinds = words(found.iter().map(|one| one.consequence.kind.as_str()));
        let environments = words(found.iter().flat_map(|one| environments(one)));
        let heading = format!(
            "<h3><span aria-hidden=\"true\">{sign}</span> {title} <span class=\"count\">{}</span></h3>",
            found.len()
        );
        let list: String = found.iter().map(|one| item(one, report)).collect();
        let list = format!("<ul class=\"consequences\">{list}</ul>");
        let class = title.to_lowercase();
        let _ = write!(
            out,
            "<div class=\"weight {class}\" data-kinds=\"{kinds}\" data-environments=\"{environments}\">"
        );
        if weight == Weight::Minor {
            let _ = write!(out, "<details><summary>{heading}</summary>{list}</details>");
        } else {
            out += &heading;
            out += &list;
        }
        out.push_str("</div>");
    }
    out
}

fn environments(told: &Told) -> impl Iterator<Item = &str> {
    told.environments.iter().map(String::as_str)
}

/// How many consequences there are of each kind, or in each environment.
fn counted<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn kinds(report: &Report) -> BTreeMap<&str, usize> {
    let found = report.consequences.iter();
    counted(found.map(|one| one.consequence.kind.as_str()))
}

fn places(report: &Report) -> BTreeMap<&str, usize> {
    counted(report.consequences.iter().flat_map(environments))
}

/// Radio buttons: they need no script, and a keyboard moves through them by its arrows.
fn controls(report: &Report) -> String {
    let all = report.consequences.len();
    let mut out = String::new();
    for (group, legend, counts) in [
        ("kind", "Kind", kinds(report)),
        ("environment", "Environment", places(report)),
    ] {
        if counts.len() < 2 {
            continue;
        }
        let _ = write!(
            out,
            "<fieldset><legend>{legend}</legend><div class=\"choices\"><input type=\"radio\" name=\"{group}\" id=\"{group}-all\" checked><label for=\"{group}-all\">all <span>{all}</span></label>"
        );
        for (name, count) in counts {
            let id = slug(name);
            let _ = write!(
                out,
                "<input type=\"radio\" name=\"{group}\" id=\"{group}-of-{id}\"><label for=\"{group}-of-{id}\">{} <span>{count}</span></label>",
                escaped(name)
            );
        }
        out.push_str("</div></fieldset>");
    }
    out
}

/// The rules by which the radio buttons filter.
pub(super) fn filter_style(report: &Report) -> String {
    let mut out = String::new();
    for (group, counts) in [("kind", kinds(report)), ("environment", places(report))] {
        for name in counts.keys() {
            let word = slug(name);
            let _ = write!(
                out,
                "main:has(#{group}-of-{word}:checked) :is(.weight,.consequence):not([data-{group}s~=\"{word}\"]){{display:none}}"
            );
        }
    }
    out
}

fn item(told: &Told, report: &Report) -> String {
    let one = &told.consequence;
    let mut out = format!(
        "<li class=\"consequence\" data-kinds=\"{0}\" data-environments=\"{1}\"><span class=\"kind\">{0}</span><div><p><strong>{2}</strong>: {3}</p>",
        one.kind.as_str(),
        words(environments(told)),
        escaped(&subjects(one)),
        prose(&one.text)
    );
    let mut facts: Vec<String> = Vec::new();
    let mut long = String::new();
    if let Some(property) = &one.property {
        let values = [one.from.as_deref(), one.to.as_deref()];
        let fits = values
            .iter()
            .flatten()
            .all(|value| value.chars().count() <= VALUE);
        if values == [None, None] {
            facts.push(format!("<code>{}</code>", escaped(property)));
        } else if fits {
            facts.push(format!(
                "<code>{}</code> {}",
                escaped(property),
                change(one.from.as_deref(), one.to.as_deref())
            ));
        } else {
            facts.push(format!("<code>{}</code>", escaped(property)));
            long = folded(one.from.as_deref(), one.to.as_deref());
        }
    }
    let defined = one
        .subjects
        .iter()
        .filter_map(|one| one.defined_at.as_ref());
    let mut defined: Vec<&String> = if one.causes.is_empty() {
        defined.collect()
    } else {
        one.causes.iter().collect()
    };
    defined.dedup();
    for place in defined.iter().take(PLACES) {
        facts.push(format!("<code>{}</code>", escaped(place)));
    }
    if defined.len() > PLACES {
        facts.push(format!(
            "and {}",
            number(defined.len() - PLACES, "more place")
        ));
    }
    match one.applied {
        Applied::ByDeploying => {}
        Applied::Manually => facts.push("applied by a person".to_owned()),
        Applied::WithPrune => facts.push("only with <code>--prune</code>".to_owned()),
    }
    if report.environments.len() > 1 {
        facts.push(escaped(&told.environments.join(", ")));
    }
    if !facts.is_empty() {
        let _ = write!(
            out,
            "<ul class=\"facts\"><li>{}</li></ul>",
            facts.join("</li><li>")
        );
    }
    out += &long;
    if one.subjects.len() > PLACES {
        let _ = write!(
            out,
            "<details class=\"long\"><summary>All {}</summary><p>{}</p></details>",
            one.subjects.len(),
            escaped(
                &one.subjects
                    .iter()
                    .map(crate::Subject::path)
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        );
    }
    out.push_str("</div></li>");
    out
}

/// Both values in one line.
pub(super) fn change(from: Option<&str>, to: Option<&str>) -> String {
    let value = |value: Option<&str>, tag: &str| match value {
        Some(value) => format!("<{tag}><code>{}</code></{tag}>", escaped(value)),
        None => "unset".to_owned(),
    };
    format!(
        "{} <span class=\"arrow-text\">→</span> {}",
        value(from, "del"),
        value(to, "ins")
    )
}

/// Both values, whole, in a fold.
pub(super) fn folded(from: Option<&str>, to: Option<&str>) -> String {
    let mut out = "<details class=\"long\"><summary>Both values</summary>".to_owned();
    for (title, value) in [("Before", from), ("After", to)] {
        let _ = write!(
            out,
            "<p>{title}</p><pre>{}</pre>",
            value.map_or("unset".to_owned(), escaped)
        );
    }
    out.push_str("</details>");
    out
}
