//! The baseline of a deployment: the findings that an earlier check reported.
//!
//! Between a check and its deployment, the environment may change. A finding that then needs acknowledgement, and
//! that the check did not report, blocks the plan, even if an acknowledgement is checked in: the pipeline has to
//! start again, so that its check reports the finding.
//!
//! Findings of change sets are exempt: a check creates none.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::next_step::Situation;
use crate::plan::{Acknowledgement, Finding, Plan, Severity};
use common::environment::EnvironmentName;
use common::terminal_text::{displayed, displayed_path};
use serde::{Deserialize, Serialize};

const VERSION: u32 = 1;

/// Why a baseline can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    #[error("can't read {}", displayed_path(.path))]
    Read { path: PathBuf, source: io::Error },
    #[error("{} does not hold the findings of a plan", displayed_path(.path))]
    Malformed {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error(
        "{} is of version {found}, and this program reads version {VERSION}{}",
        displayed_path(.path),
        Situation::FindingsOutdated.help()
    )]
    Version { path: PathBuf, found: u32 },
    /// It is of another environment or commit.
    #[error(
        "{} is of {}, and {} is planned{}",
        displayed_path(.path),
        displayed(.found),
        displayed(.asked),
        Situation::FindingsOutdated.help()
    )]
    Other {
        path: PathBuf,
        found: String,
        asked: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    environment: EnvironmentName,
    /// Nothing where the sources have no known commit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    commit: Option<String>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Baseline {
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self {
            version: VERSION,
            environment: plan.environment,
            commit: plan.commit.clone(),
            findings: plan.findings.clone(),
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Those of `serde_json`.
    pub fn save(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// # Errors
    /// When the file can't be read, or is no baseline.
    pub fn load(path: &Path) -> Result<Self, BaselineError> {
        let text = fs::read_to_string(path).map_err(|source| BaselineError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        let malformed = |source| BaselineError::Malformed {
            path: path.to_owned(),
            source,
        };
        // First, so that another version is refused as that.
        let Versioned { version } = serde_json::from_str(text).map_err(malformed)?;
        if version != VERSION {
            return Err(BaselineError::Version {
                path: path.to_owned(),
                found: version,
            });
        }
        serde_json::from_str(text).map_err(malformed)
    }

    /// Blocks the plan on each finding that needs acknowledgement and is not in the baseline, acknowledged or not.
    ///
    /// # Errors
    /// When the baseline is of another environment or commit.
    pub fn block_new_findings(&self, plan: &mut Plan, path: &Path) -> Result<(), BaselineError> {
        let same_commit = match (&self.commit, &plan.commit) {
            (Some(checked), Some(planned)) => checked == planned,
            // Sources without a commit can't be compared.
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if self.environment != plan.environment || !same_commit {
            return Err(BaselineError::Other {
                path: path.to_owned(),
                found: place(self.environment, self.commit.as_deref()),
                asked: place(plan.environment, plan.commit.as_deref()),
            });
        }
        // Notes don't count: they needed no acknowledgement.
        let known: BTreeSet<Acknowledgement> = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Acknowledge)
            .map(Finding::acknowledgement)
            .collect();
        for finding in &mut plan.findings {
            let needs_acknowledgement = finding.severity == Severity::Acknowledge;
            if needs_acknowledgement && !known.contains(&finding.acknowledgement()) {
                finding.severity = Severity::Block;
                finding.acknowledged = false;
                finding.hint = Some(Situation::ChangeUnreviewed.to_string());
            }
        }
        // Blocking first, as in every plan.
        plan.findings.sort_by_key(|finding| !finding.is_blocking());
        Ok(())
    }
}

fn place(environment: EnvironmentName, commit: Option<&str>) -> String {
    match commit {
        Some(commit) => format!("{environment} at {commit}"),
        None => format!("{environment} at no commit"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::plan::FindingCode;

    use super::*;

    const PATH: &str = "findings.json";

    fn finding(subject: &str, severity: Severity) -> Finding {
        Finding {
            code: FindingCode::ResourceReplaced,
            severity,
            stack: "lemonade-staging-network".to_owned(),
            subject: subject.to_owned(),
            from: Some("10.0.0.0/16".to_owned()),
            to: Some("10.1.0.0/16".to_owned()),
            message: "is replaced".to_owned(),
            hint: None,
            acknowledged: severity == Severity::Acknowledge,
        }
    }

    fn plan(findings: Vec<Finding>) -> Plan {
        Plan {
            version: crate::plan::VERSION,
            environment: EnvironmentName::Staging,
            account: "444455556666".to_owned(),
            region: "eu-west-1".to_owned(),
            commit: Some("1a2b3c4".to_owned()),
            stacks: Vec::new(),
            steps: Vec::new(),
            findings,
            templates: BTreeMap::new(),
            observed: BTreeMap::new(),
        }
    }

    fn baseline(findings: Vec<Finding>) -> Baseline {
        let text = Baseline::of(&plan(findings)).save().unwrap();
        Baseline::parse(Path::new(PATH), &text).unwrap()
    }

    fn compared(baseline: &Baseline, mut plan: Plan) -> Plan {
        baseline
            .block_new_findings(&mut plan, Path::new(PATH))
            .unwrap();
        plan
    }

    #[test]
    fn known_findings_do_not_block() {
        let both = vec![
            finding("Vpc", Severity::Acknowledge),
            finding("Other", Severity::Note),
        ];
        let plan = plan(both.clone());
        assert_eq!(compared(&baseline(both), plan.clone()), plan);
    }

    #[test]
    fn a_new_finding_blocks_even_if_it_is_acknowledged() {
        let before = baseline(vec![finding("Vpc", Severity::Acknowledge)]);
        let now = plan(vec![
            finding("Vpc", Severity::Acknowledge),
            finding("Subnet", Severity::Acknowledge),
        ]);
        assert!(!now.is_blocked());
        let after = compared(&before, now);
        assert!(after.is_blocked());
        let subjects: Vec<&str> = after
            .findings
            .iter()
            .map(|finding| finding.subject.as_str())
            .collect();
        assert_eq!(subjects, ["Subnet", "Vpc"]);
        assert!(!after.findings[0].acknowledged);
        assert!(after.findings[1].acknowledged);
    }

    /// The same resource, from or to something else, is another finding.
    #[test]
    fn another_change_of_the_same_resource_is_new() {
        let before = baseline(vec![finding("Vpc", Severity::Acknowledge)]);
        let mut other = finding("Vpc", Severity::Acknowledge);
        other.to = Some("10.2.0.0/16".to_owned());
        assert!(compared(&before, plan(vec![other])).is_blocked());
    }

    #[test]
    fn a_note_that_now_needs_acknowledgement_blocks() {
        let before = baseline(vec![finding("Vpc", Severity::Note)]);
        let now = plan(vec![finding("Vpc", Severity::Acknowledge)]);
        assert!(compared(&before, now).is_blocked());
    }

    #[test]
    fn a_new_note_does_not_block() {
        let now = plan(vec![finding("Vpc", Severity::Note)]);
        assert_eq!(compared(&baseline(Vec::new()), now.clone()), now);
    }

    #[test]
    fn a_baseline_of_another_environment_or_commit_is_refused() {
        let baseline = baseline(Vec::new());
        let mut production = plan(Vec::new());
        production.environment = EnvironmentName::Production;
        let mut later = plan(Vec::new());
        later.commit = Some("5d6e7f8".to_owned());
        let mut unknown = plan(Vec::new());
        unknown.commit = None;
        for mut plan in [production, later, unknown] {
            let error = baseline
                .block_new_findings(&mut plan, Path::new(PATH))
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("findings.json is of staging at 1a2b3c4, and"));
        }
    }

    #[test]
    fn a_malformed_baseline_is_refused() {
        let parse = |text| Baseline::parse(Path::new(PATH), text).unwrap_err();
        assert!(matches!(parse("[]"), BaselineError::Malformed { .. }));
        assert!(matches!(
            parse(r#"{"version":2}"#),
            BaselineError::Version { found: 2, .. }
        ));
        let more = r#"{"version":1,"environment":"staging","findings":[],"more":1}"#;
        assert!(matches!(parse(more), BaselineError::Malformed { .. }));
    }
}
