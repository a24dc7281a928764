//! Findings of validators.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub template: PathBuf,
    /// The path inside the template.
    pub path: String,
    #[serde(rename = "judge")]
    pub validator: &'static str,
    pub rule: String,
    pub message: String,
}

/// The findings as text, by template.
#[must_use]
pub fn report(findings: &[Finding]) -> String {
    let mut by_template: BTreeMap<&Path, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_template
            .entry(&finding.template)
            .or_default()
            .push(finding);
    }
    let mut report = match findings.len() {
        1 => "a finding".to_owned(),
        many => format!("{many} findings"),
    };
    for (template, findings) in by_template {
        let _ = write!(report, "\n{}", template.display());
        for Finding {
            path,
            validator,
            rule,
            message,
            ..
        } in findings
        {
            let path = if path.is_empty() {
                "the template"
            } else {
                path
            };
            let _ = write!(report, "\n  {path}\n    {validator} {rule}: {message}");
        }
    }
    report
}
