//! A plan's findings: what to know, and what to acknowledge.

use crate::plan::{Finding, FindingCode, Plan, Severity};
use common::environment::EnvironmentName;
use common::terminal_text::escaped;

use crate::report::line::{Line, Tone};
use crate::report::wording::short;

const RETAINED: &str = "retained, outside of any stack:";
const NOTES: &str = "notes:";
const ACKNOWLEDGED: &str = "acknowledged:";
const BLOCKED: &str = "blocked:";
const UNACKNOWLEDGED: &str = "blocked until acknowledged:";

/// The groups in the order in which they are shown.
const GROUPS: [(&str, Tone); 5] = [
    (RETAINED, Tone::Plain),
    (NOTES, Tone::Plain),
    (ACKNOWLEDGED, Tone::Plain),
    (BLOCKED, Tone::Bad),
    (UNACKNOWLEDGED, Tone::Warn),
];

const fn group(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Note if matches!(finding.code, FindingCode::ResourceRetained) => RETAINED,
        Severity::Note => NOTES,
        Severity::Acknowledge if finding.acknowledged => ACKNOWLEDGED,
        Severity::Acknowledge => UNACKNOWLEDGED,
        Severity::Block => BLOCKED,
    }
}

/// All findings: what is worth a word first, what is in the way last.
pub(crate) fn findings(plan: &Plan) -> Vec<Line> {
    let mut lines = Vec::new();
    for (title, tone) in GROUPS {
        let found: Vec<&Finding> = plan
            .findings
            .iter()
            .filter(|one| group(one) == title)
            .collect();
        if found.is_empty() {
            continue;
        }
        lines.push(Line::new());
        lines.push(Line::new().and(tone, title));
        if title == RETAINED {
            lines.extend(
                found
                    .into_iter()
                    .map(|one| retained_line(one, plan.environment)),
            );
            continue;
        }
        for alike in found.chunk_by(|one, other| is_alike(one, other)) {
            lines.extend(alike_findings(alike, plan.environment));
        }
    }
    lines
}

/// A resource that stays, in a line: there are many.
fn retained_line(finding: &Finding, environment: EnvironmentName) -> Line {
    let line = Line::at(2).plain(location(finding, environment));
    match &finding.from {
        Some(resource_type) => line.plain("  ").and(Tone::Dim, resource_type),
        None => line,
    }
}

/// Whether two findings say the same of two places, and neither has a word of its own to be typed.
fn is_alike(one: &Finding, other: &Finding) -> bool {
    let says = |finding: &Finding| {
        (
            finding.code,
            finding.message.clone(),
            finding.hint.clone(),
            finding.from.clone(),
            finding.to.clone(),
        )
    };
    group(one) == group(other) && group(one) != UNACKNOWLEDGED && says(one) == says(other)
}

/// The same, said of several places at once.
fn alike_findings(alike: &[&Finding], environment: EnvironmentName) -> Vec<Line> {
    let Some((first, others)) = alike.split_first() else {
        return Vec::new();
    };
    let mut lines = finding(first, environment);
    if let (Some(title), false) = (lines.first_mut(), others.is_empty()) {
        let places: Vec<String> = others
            .iter()
            .map(|one| location(one, environment))
            .collect();
        *title = title
            .clone()
            .and(Tone::Strong, format!(", {}", places.join(", ")));
    }
    lines
}

fn location(finding: &Finding, environment: EnvironmentName) -> String {
    let stack = short(&finding.stack, environment);
    if finding.subject.is_empty() || finding.stack == finding.subject.as_str() {
        stack.to_owned()
    } else {
        format!("{stack}/{}", finding.subject)
    }
}

/// One finding: what, where, and what to do or to type.
#[must_use]
pub fn finding(finding: &Finding, environment: EnvironmentName) -> Vec<Line> {
    let tone = match finding.severity {
        Severity::Note => Tone::Dim,
        Severity::Acknowledge if finding.acknowledged => Tone::Dim,
        Severity::Acknowledge => Tone::Warn,
        Severity::Block => Tone::Bad,
    };
    let mut lines = vec![
        Line::at(2)
            .and(tone, finding.code.as_str())
            .plain("  ")
            .and(Tone::Strong, location(finding, environment)),
        Line::at(4).plain(&finding.message).hanging(4),
    ];
    let mut side = |word: &str, value: &Option<String>| {
        if let Some(value) = value {
            lines.push(
                Line::at(4)
                    .and(Tone::Dim, format!("{word:<5}"))
                    .plain(value)
                    .hanging(9),
            );
        }
    };
    side("from", &finding.from);
    side("to", &finding.to);
    if let Some(hint) = &finding.hint {
        lines.extend(help(hint));
    }
    if finding.severity == Severity::Acknowledge && !finding.acknowledged {
        let word = finding.acknowledgement();
        lines.push(Line::at(4).whole(Tone::Strong, format!("--acknowledge {word}")));
    }
    lines
}

/// A word that acknowledges nothing that was found.
#[must_use]
pub fn unused_acknowledgement(word: &str, place: &str) -> Vec<Line> {
    vec![
        Line::new()
            .and(Tone::Warn, "note")
            .plain(format!(": {place} acknowledges nothing in this plan:")),
        Line::at(4).whole(Tone::Plain, word),
    ]
}

/// A next step, with its commands whole, each in a line of its own.
pub(crate) fn help(next_step: &str) -> Vec<Line> {
    let lines = next_step.lines().enumerate();
    lines
        .map(|(number, line)| match line.strip_prefix("    ") {
            Some(command) => Line::command(8, escaped(command)),
            None if number == 0 => {
                let line = Line::at(4).and(Tone::Dim, "= help: ").plain(line);
                line.hanging(6)
            }
            None => Line::at(6).plain(line).hanging(6),
        })
        .collect()
}
