//! What has to be known, and what has to be typed.

use common::environment::EnvironmentName;
use deploy_engine::plan::{Finding, Plan, Severity};

use crate::line::{Line, Tone};
use crate::wording::short;

const NOTES: &str = "worth knowing:";
const ACKNOWLEDGED: &str = "acknowledged:";
const BLOCKED: &str = "blocked:";
const UNACKNOWLEDGED: &str = "blocked until acknowledged:";

/// The groups in the order in which they are shown.
const GROUPS: [(&str, Tone); 4] = [
    (NOTES, Tone::Plain),
    (ACKNOWLEDGED, Tone::Plain),
    (BLOCKED, Tone::Bad),
    (UNACKNOWLEDGED, Tone::Warn),
];

const fn group(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Note => NOTES,
        Severity::Acknowledge if finding.acknowledged => ACKNOWLEDGED,
        Severity::Acknowledge => UNACKNOWLEDGED,
        Severity::Block => BLOCKED,
    }
}

/// All findings: what is worth a word first, what is in the way last.
pub(super) fn findings(plan: &Plan) -> Vec<Line> {
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
        for one in found {
            lines.extend(finding(one, plan.environment));
        }
    }
    lines
}

/// One finding: what, where, and what to do or to type.
#[must_use]
pub fn finding(finding: &Finding, environment: EnvironmentName) -> Vec<Line> {
    let stack = short(&finding.stack, environment);
    let place = if finding.subject.is_empty() {
        stack.to_owned()
    } else {
        format!("{stack}/{}", finding.subject)
    };
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
            .and(Tone::Strong, place),
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
        lines.push(help(hint));
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
            .plain(format!(": nothing was found that {place} acknowledges:")),
        Line::at(4).whole(Tone::Plain, word),
    ]
}

/// What to do.
fn help(hint: &str) -> Line {
    Line::at(4)
        .and(Tone::Dim, "= help: ")
        .plain(hint)
        .hanging(6)
}
