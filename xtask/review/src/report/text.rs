//! The report as text of 80 columns, for a terminal.

use std::fmt::Write as _;

use super::headline::number;
use super::{EnvironmentReport, Report, Told, Verdict};
use crate::consequence::{Applied, Weight};
use crate::meaning;

const WIDTH: usize = 80;

/// How many subjects are named before the rest is counted.
const NAMED: usize = 3;

/// How much of a value is shown.
const VALUE: usize = 60;

/// The report as text. The first screen holds the verdicts, what a person has to do, and the worst consequences.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for one in &report.environments {
        wrap(
            &mut out,
            0,
            2,
            &format!("{}: {}", one.environment, one.verdict),
        );
    }
    for one in &report.environments {
        if let Verdict::Refused { error } = &one.verdict {
            let _ = write!(out, "\n{}\n", error.trim_end());
        }
    }
    duties(&mut out, report);
    if !report.consequences.is_empty() {
        out.push('\n');
    }
    let all = report.environments.len();
    for one in &report.consequences {
        consequence(&mut out, one, all);
    }
    for one in &report.environments {
        environment(&mut out, one);
    }
    let _ = write!(out, "\n{}\n", report.command);
    out
}

/// What a person has to do before merging and before deploying.
fn duties(out: &mut String, report: &Report) {
    let mut words: Vec<(&str, &str)> = Vec::new();
    let mut manual: Vec<String> = Vec::new();
    for one in &report.environments {
        let Some(forecast) = &one.forecast else {
            continue;
        };
        words.extend(
            forecast
                .missing()
                .map(|one| (one.word.as_str(), one.message.as_str())),
        );
        for blocker in &forecast.blockers {
            wrap(
                out,
                0,
                2,
                &format!(
                    "blocked: {}/{}: {}",
                    one.environment, blocker.stack, blocker.message
                ),
            );
            if let Some(hint) = &blocker.hint {
                wrap(out, 2, 4, &format!("= help: {hint}"));
            }
        }
        if !forecast.manual.is_empty() {
            manual.push(one.environment.clone());
        }
    }
    words.dedup();
    if !words.is_empty() {
        let _ = writeln!(
            out,
            "\nbefore merging, acknowledge in acknowledgements.toml, each with your reason:"
        );
        for (word, message) in words {
            wrap(out, 2, 4, &format!("# {message}"));
            let _ = writeln!(
                out,
                "  [[acknowledgement]]\n  word = \"{word}\"\n  reason = \"\""
            );
        }
    }
    if !manual.is_empty() {
        out.push('\n');
        for environment in manual {
            let _ = writeln!(
                out,
                "before deploying: cargo xtask bootstrap --env {environment}"
            );
        }
    }
}

const fn sign(weight: Weight) -> &'static str {
    match weight {
        Weight::Severe => "!",
        Weight::Notable => "~",
        Weight::Minor => "·",
    }
}

/// Who it happens to: `log group network/FlowLogGroup`, `24 log groups, such as …`.
pub(super) fn subjects(told: &Told) -> String {
    let subjects = &told.consequence.subjects;
    let resource_type = subjects
        .first()
        .map(|one| one.resource_type.as_str())
        .unwrap_or_default();
    let noun = match meaning::of(resource_type) {
        Some(row) => row.noun,
        None if resource_type.is_empty() => "stack",
        None => "resource",
    };
    let paths: Vec<String> = subjects
        .iter()
        .take(NAMED)
        .map(crate::Subject::path)
        .collect();
    match subjects.len() {
        0 => String::new(),
        1 => format!("{noun} {}", paths.join("")),
        many if many <= NAMED => format!("{} {}", number(many, noun), paths.join(", ")),
        many => format!("{} such as {}", number(many, noun), paths.join(", ")),
    }
}

/// The property with both values; where it is defined; the environments, if not all.
pub(super) fn details(told: &Told, environments: usize) -> Vec<String> {
    let one = &told.consequence;
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
    if told.environments.len() < environments {
        parts.push(told.environments.join(", "));
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

fn consequence(out: &mut String, told: &Told, environments: usize) {
    let one = &told.consequence;
    let sentence = format!(
        "{} {:<12} {}: {}",
        sign(one.weight),
        one.kind.as_str(),
        subjects(told),
        one.text
    );
    wrap(out, 0, 15, &sentence);
    let details = details(told, environments);
    if !details.is_empty() {
        wrap(out, 15, 15, &details.join(" · "));
    }
}

fn environment(out: &mut String, one: &EnvironmentReport) {
    if one.stacks.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", one.environment);
    for stack in &one.stacks {
        let _ = writeln!(
            out,
            "  {} {:<22} +{} ~{} -{} !{}   {} bytes of 51,200",
            stack.sign.as_str(),
            stack.id,
            stack.added,
            stack.changed,
            stack.removed,
            stack.replaced,
            stack.bytes_after,
        );
    }
    let _ = writeln!(out, "    {} unchanged", number(one.unchanged, "stack"));
    if let Some(forecast) = &one.forecast {
        for step in &forecast.steps {
            let phase = step
                .phase
                .as_deref()
                .map(|phase| format!(" ({phase})"))
                .unwrap_or_default();
            let _ = writeln!(
                out,
                "    {:>5} s to {:>5} s  {} {}{phase}",
                step.started, step.ended, step.stack, step.done
            );
        }
        if !forecast.critical_path.is_empty() {
            wrap(
                out,
                4,
                6,
                &format!("critical path: {}", forecast.critical_path.join(" → ")),
            );
        }
        if let Some(failure) = &forecast.failure {
            wrap(
                out,
                4,
                6,
                &format!("the deployment fails in the emulator: {failure}"),
            );
        }
    }
}

/// Words in lines of 80 columns; continued lines are indented by `hanging`.
fn wrap(out: &mut String, indent: usize, hanging: usize, text: &str) {
    let mut line = " ".repeat(indent);
    let mut is_empty = true;
    for word in text.split(' ') {
        let width = line.chars().count() + usize::from(!is_empty) + word.chars().count();
        if width > WIDTH && !is_empty {
            out.push_str(line.trim_end());
            out.push('\n');
            line = " ".repeat(hanging);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}
