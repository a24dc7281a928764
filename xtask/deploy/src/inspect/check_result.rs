//! The results of checks, as data.

use std::fmt;

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckStatus {
    Fine,
    /// Worth knowing; nothing suffers from it now.
    Note,
    /// It needs attention soon, or could not be checked.
    Attention,
    /// Something does not work, or a deployment would fail or wait on it.
    Broken,
}

impl CheckStatus {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Note => "note",
            Self::Attention => "attention",
            Self::Broken => "broken",
        }
    }
}

impl fmt::Display for CheckStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a check is about, in the order in which an environment is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// Who asks, and where.
    Account,
    /// What AWS allows the account to have.
    Quotas,
    /// The roles by which AWS services act in the account.
    ServiceRoles,
    /// The stacks that a person applies.
    Bootstrap,
    /// The connections with the place where the sources are.
    Connections,
    Domain,
    Database,
    Alarms,
    Stacks,
    /// The differences between what is deployed and what is there.
    Drift,
    /// What the machines are made from.
    Machines,
    Certificates,
    /// What applications get from Secrets Manager.
    Secrets,
    Images,
    Pipelines,
}

impl Area {
    pub const ALL: [Self; 15] = [
        Self::Account,
        Self::Quotas,
        Self::ServiceRoles,
        Self::Bootstrap,
        Self::Connections,
        Self::Domain,
        Self::Database,
        Self::Alarms,
        Self::Stacks,
        Self::Drift,
        Self::Machines,
        Self::Certificates,
        Self::Secrets,
        Self::Images,
        Self::Pipelines,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Quotas => "quotas",
            Self::ServiceRoles => "service roles",
            Self::Bootstrap => "bootstrap",
            Self::Connections => "connections",
            Self::Domain => "domain",
            Self::Database => "database",
            Self::Alarms => "alarms",
            Self::Stacks => "stacks",
            Self::Drift => "drift",
            Self::Machines => "machines",
            Self::Certificates => "certificates",
            Self::Secrets => "secrets",
            Self::Images => "images",
            Self::Pipelines => "pipelines",
        }
    }
}

/// What to do next, exactly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextAction {
    /// This command, as it is typed.
    Run(String),
    /// This page of a console.
    Open(String),
    /// This, by hand; a line.
    Do(String),
}

/// What a check has found, also where all is as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckResult {
    pub state: CheckStatus,
    pub area: Area,
    /// Which of those: names, ids. Empty where there is one only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// What was found: a line.
    pub message: String,
    /// What to do next, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<NextAction>,
}

impl CheckResult {
    #[must_use]
    pub fn new(
        state: CheckStatus,
        area: Area,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            state,
            area,
            subjects: Some(subject.into())
                .filter(|subject| !subject.is_empty())
                .into_iter()
                .collect(),
            message: message.into(),
            next: Vec::new(),
        }
    }

    /// The check found nothing wrong.
    pub(crate) fn fine(area: Area, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(CheckStatus::Fine, area, subject, message)
    }

    /// With a command to be typed.
    pub(crate) fn run(mut self, command: impl Into<String>) -> Self {
        self.next.push(NextAction::Run(command.into()));
        self
    }

    pub(crate) fn open(mut self, page: impl Into<String>) -> Self {
        self.next.push(NextAction::Open(page.into()));
        self
    }

    /// With something to be done by hand.
    pub(crate) fn by_hand(mut self, what: impl Into<String>) -> Self {
        self.next.push(NextAction::Do(what.into()));
        self
    }
}

/// Sorts results by area, then the worst first, and joins those that say the same of several things.
#[must_use]
pub fn sorted(mut results: Vec<CheckResult>) -> Vec<CheckResult> {
    results.sort_by(|one, other| {
        let area = one.area.cmp(&other.area);
        area.then(other.state.cmp(&one.state))
    });
    let mut joined: Vec<CheckResult> = Vec::new();
    for mut result in results {
        let same = joined.iter_mut().find(|one| {
            (one.area, one.state) == (result.area, result.state)
                && one.message == result.message
                && one.next == result.next
        });
        match same {
            Some(one) => one.subjects.append(&mut result.subjects),
            None => joined.push(result),
        }
    }
    joined
}

/// The worst state among results; fine where there are none.
#[must_use]
pub fn worst(results: &[CheckResult]) -> CheckStatus {
    results
        .iter()
        .map(|result| result.state)
        .max()
        .unwrap_or(CheckStatus::Fine)
}
