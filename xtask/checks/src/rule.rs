//! Rules: the constant part of findings.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Right as it stands, and worth knowing: a choice with a price.
    Info,
    /// AWS accepts it, and it will hurt: in an outage, under load, or by whom it lets in.
    Warning,
    /// AWS refuses it, or it can't work.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// In which of a template's variants a rule has to be violated. A variant is a choice of values for the parameters
/// that conditions depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// In one: that variant can't be deployed, or does harm.
    AnyVariant,
    /// In all: where a parameter decides, the person who deploys has chosen.
    EveryVariant,
}

/// A rule. Its code never changes its meaning, and is never given to another rule.
#[derive(Debug)]
pub struct Rule {
    /// `group/what-is-wrong`: lower case, words joined by hyphens.
    pub code: &'static str,
    /// How bad a violation is.
    pub severity: Severity,
    /// What a violation is: a noun phrase without a period.
    pub summary: &'static str,
    /// What happens: AWS's answer, or the harm.
    pub why: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// AWS's page that says so.
    pub source: &'static str,
    /// In which variants it has to be violated.
    pub evidence: Evidence,
}

impl Rule {
    /// The part of the code before the slash.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.code
            .split_once('/')
            .map_or(self.code, |(group, _)| group)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}
