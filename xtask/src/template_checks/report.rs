//! Findings as text.

use std::fmt::Write as _;

use checks::{Finding, Rule, Severity};

use super::Located;
use crate::output::wrapped_at;

/// The findings, one paragraph each.
#[must_use]
pub fn report<'f>(findings: impl IntoIterator<Item = &'f Located>) -> String {
    let paragraphs: Vec<String> = findings.into_iter().map(paragraph).collect();
    paragraphs.join("\n\n")
}

fn paragraph(Located { template, finding }: &Located) -> String {
    let Finding {
        rule,
        logical_id,
        path,
        message,
        variant,
        ..
    } = finding;
    let Rule {
        code,
        severity,
        why,
        fix,
        source,
        ..
    } = rule;
    let mut place = template.clone();
    if let Some(id) = logical_id {
        let _ = write!(place, ": {id}");
        if !path.is_empty() {
            let _ = write!(place, ".{path}");
        }
    }
    let mut text = format!("{severity}[{code}]: {message}\n  --> {place}");
    if let Some(variant) = variant {
        text += &format!("\n  = with: {variant}");
    }
    for (label, part) in [("note", *why), ("help", *fix)] {
        let indent = label.len() + 6;
        let line = wrapped_at(&format!("  = {label}: {part}"), 0, indent);
        text += &format!("\n{line}");
    }
    text + &format!("\n  = source: {source}")
}

/// How many findings there are of each severity: `2 errors, 1 warning`.
#[must_use]
pub fn counted(findings: &[Located]) -> String {
    let counts = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Info, "piece of advice", "pieces of advice"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter_map(|(severity, one, many)| {
            let count = findings
                .iter()
                .filter(|located| located.finding.rule.severity == severity)
                .count();
            match count {
                0 => None,
                1 => Some(format!("1 {one}")),
                count => Some(format!("{count} {many}")),
            }
        })
        .collect();
    if parts.is_empty() {
        "no findings".to_owned()
    } else {
        parts.join(", ")
    }
}
