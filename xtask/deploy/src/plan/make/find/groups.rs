//! What may be reached that could not be before.

use serde_json::Value;

use super::reach::rules;
use crate::plan::make::notice::finding;
use crate::plan::{Finding, FindingCode, Severity};

/// Every rule of the template after that no rule of the one before covers.
pub(super) fn opened(stack: &str, before: &Value, after: &Value) -> Vec<Finding> {
    let old = rules(before);
    let mut findings = Vec::new();
    for (key, now) in rules(after) {
        let known = old.get(&key).map(Vec::as_slice).unwrap_or_default();
        let (group, direction) = key;
        for rule in now {
            if known.iter().any(|one| one.covers(&rule)) {
                continue;
            }
            let what = format!("{rule} {direction} {}", rule.peer());
            findings.push(Finding {
                to: Some(what.clone()),
                ..finding(
                    FindingCode::SecurityGroupOpened,
                    Severity::Acknowledge,
                    stack,
                    &group,
                    format!("{group} opens {what}"),
                )
            });
        }
    }
    findings.sort();
    findings.dedup();
    findings
}
