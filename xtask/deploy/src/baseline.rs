//! What a check has seen, for who deploys after it.
//!
//! Between a check and the deployment that it lets through, the environment may move: another
//! commit is deployed, somebody changes something. What only then has to be acknowledged was in no
//! check, and is refused, even where a word for it is checked in already: the run begins again,
//! and its check sees it.
//!
//! What only a change set shows is not asked for here: a check makes none.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::next_step::Situation;
use crate::plan::{Acknowledgement, Finding, Plan, Severity};
use common::environment::EnvironmentName;
use common::terminal_text::{displayed, displayed_path};
use serde::{Deserialize, Serialize};

/// The version of the format.
const VERSION: u32 = 1;

/// Why a file does not tell what a check has seen.
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    /// It can't be read.
    #[error("can't read {}", displayed_path(.path))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no such file.
    #[error("{} does not hold the findings of a plan", displayed_path(.path))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// It has another version.
    #[error(
        "{} is of version {found}, and this program reads version {VERSION}{}",
        displayed_path(.path),
        Situation::FindingsOutdated.help()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// It is about something else.
    #[error(
        "{} is of {}, and {} is planned{}",
        displayed_path(.path),
        displayed(.found),
        displayed(.asked),
        Situation::FindingsOutdated.help()
    )]
    Other {
        /// The file.
        path: PathBuf,
        /// What it is about.
        found: String,
        /// What was asked for.
        asked: String,
    },
}

/// The findings of a plan that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seen {
    version: u32,
    environment: EnvironmentName,
    /// The commit that was checked, where it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    commit: Option<String>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Seen {
    /// What a plan shows.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self {
            version: VERSION,
            environment: plan.environment,
            commit: plan.commit.clone(),
            findings: plan.findings.clone(),
        }
    }

    /// As a file.
    ///
    /// # Errors
    /// Never for what was made here; what `serde_json` reports is passed on.
    pub fn save(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read, or holds something else.
    pub fn load(path: &Path) -> Result<Self, SeenError> {
        let text = fs::read_to_string(path).map_err(|source| SeenError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, SeenError> {
        let malformed = |source| SeenError::Malformed {
            path: path.to_owned(),
            source,
        };
        // First, so that another version is refused as that.
        let Versioned { version } = serde_json::from_str(text).map_err(malformed)?;
        if version != VERSION {
            return Err(SeenError::Version {
                path: path.to_owned(),
                found: version,
            });
        }
        serde_json::from_str(text).map_err(malformed)
    }

    /// Makes whatever of the plan has to be acknowledged and was not seen block it, acknowledged or
    /// not.
    ///
    /// # Errors
    /// When what was seen is of another environment or commit.
    pub fn refuse_others(&self, plan: &mut Plan, path: &Path) -> Result<(), SeenError> {
        let same_commit = match (&self.commit, &plan.commit) {
            (Some(seen), Some(planned)) => seen == planned,
            // Where sources have no commit, there is none to compare.
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if self.environment != plan.environment || !same_commit {
            return Err(SeenError::Other {
                path: path.to_owned(),
                found: place(self.environment, self.commit.as_deref()),
                asked: place(plan.environment, plan.commit.as_deref()),
            });
        }
        // What was only a note is none of them: it had not to be acknowledged.
        let seen: BTreeSet<Acknowledgement> = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Acknowledge)
            .map(Finding::acknowledgement)
            .collect();
        for finding in &mut plan.findings {
            let asks = finding.severity == Severity::Acknowledge;
            if asks && !seen.contains(&finding.acknowledgement()) {
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

    fn seen(findings: Vec<Finding>) -> Seen {
        let text = Seen::of(&plan(findings)).save().unwrap();
        Seen::parse(Path::new(PATH), &text).unwrap()
    }

    fn refused(seen: &Seen, mut plan: Plan) -> Plan {
        seen.refuse_others(&mut plan, Path::new(PATH)).unwrap();
        plan
    }

    #[test]
    fn what_was_seen_goes_on() {
        let both = vec![
            finding("Vpc", Severity::Acknowledge),
            finding("Other", Severity::Note),
        ];
        let plan = plan(both.clone());
        assert_eq!(refused(&seen(both), plan.clone()), plan);
    }

    #[test]
    fn what_was_not_seen_blocks_though_it_is_acknowledged() {
        let before = seen(vec![finding("Vpc", Severity::Acknowledge)]);
        let now = plan(vec![
            finding("Vpc", Severity::Acknowledge),
            finding("Subnet", Severity::Acknowledge),
        ]);
        assert!(!now.is_blocked());
        let after = refused(&before, now);
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
    fn another_change_of_the_same_is_another_finding() {
        let before = seen(vec![finding("Vpc", Severity::Acknowledge)]);
        let mut other = finding("Vpc", Severity::Acknowledge);
        other.to = Some("10.2.0.0/16".to_owned());
        assert!(refused(&before, plan(vec![other])).is_blocked());
    }

    #[test]
    fn what_was_a_note_was_not_to_be_acknowledged() {
        let before = seen(vec![finding("Vpc", Severity::Note)]);
        let now = plan(vec![finding("Vpc", Severity::Acknowledge)]);
        assert!(refused(&before, now).is_blocked());
    }

    #[test]
    fn a_new_note_is_no_matter() {
        let now = plan(vec![finding("Vpc", Severity::Note)]);
        assert_eq!(refused(&seen(Vec::new()), now.clone()), now);
    }

    #[test]
    fn what_is_of_something_else_is_refused() {
        let seen = seen(Vec::new());
        let mut production = plan(Vec::new());
        production.environment = EnvironmentName::Production;
        let mut later = plan(Vec::new());
        later.commit = Some("5d6e7f8".to_owned());
        let mut unknown = plan(Vec::new());
        unknown.commit = None;
        for mut plan in [production, later, unknown] {
            let error = seen
                .refuse_others(&mut plan, Path::new(PATH))
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("findings.json is of staging at 1a2b3c4, and"));
        }
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        let parse = |text| Seen::parse(Path::new(PATH), text).unwrap_err();
        assert!(matches!(parse("[]"), SeenError::Malformed { .. }));
        assert!(matches!(
            parse(r#"{"version":2}"#),
            SeenError::Version { found: 2, .. }
        ));
        let more = r#"{"version":1,"environment":"staging","findings":[],"more":1}"#;
        assert!(matches!(parse(more), SeenError::Malformed { .. }));
    }
}
