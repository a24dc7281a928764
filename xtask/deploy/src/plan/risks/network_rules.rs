//! Security group rules that a change opens.

use serde_json::Value;

use crate::plan::finding::{Finding, FindingCode, Severity};
use review::network_rules::rules;

/// A finding for every new rule that no old rule covers.
pub(super) fn opened_rules(stack: &str, before: &Value, after: &Value) -> Vec<Finding> {
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
                ..Finding::new(
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
