//! Why nothing is done.

use std::path::PathBuf;

use common::environment::EnvironmentName;
use common::tags;
use common::terminal_text::{displayed, escaped};

use super::checkout::DIRTY;
use crate::next_step::Situation;

/// Why nothing is done: what was expected, what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    #[error("{environment} is account {expected}, and the credentials are for {found} ({arn})")]
    WrongAccount {
        environment: EnvironmentName,
        expected: String,
        found: String,
        arn: String,
    },
    #[error("{environment} is in {expected}, and {found} is called")]
    WrongRegion {
        environment: EnvironmentName,
        expected: String,
        found: String,
    },
    /// A stack under the environment's name is not the environment's.
    #[error(
        "{stack} is not a stack of {environment}: its tag {tag} {}",
        .found.as_ref().map_or_else(|| "is missing".to_owned(), |found| format!("says `{found}`")),
        tag = tags::ENVIRONMENT
    )]
    ForeignStack {
        environment: EnvironmentName,
        stack: String,
        /// What its tag says, if it has one.
        found: Option<String>,
    },
    /// The assembly has no record of its sources, or it can't be read.
    #[error("can't tell what commit this was made from: {why}")]
    UnknownSource { why: String },
    #[error(
        "{environment} is deployed from the branch `{expected}`, and {} is {}",
        short_commit(.commit),
        .found.as_ref().map_or_else(
            || "not on it".to_owned(),
            |found| format!("on `{found}`")
        )
    )]
    WrongBranch {
        environment: EnvironmentName,
        expected: String,
        found: Option<String>,
        commit: String,
    },
    #[error("there are changes that are not committed: {}", listed(.changed))]
    UncommittedChanges {
        /// Files that differ; a release does not say which.
        changed: Vec<String>,
    },
    #[error(
        "the input files in {} are {}, and the code is of another one",
        .folder.display(),
        .commit.as_ref().map_or_else(
            || "in no repository".to_owned(),
            |commit| format!("of a repository at commit {}", short_commit(commit))
        )
    )]
    InputsElsewhere {
        folder: PathBuf,
        /// The commit of their repository, if they are in one.
        commit: Option<String>,
    },
    #[error("the assembly is not the one that was released: its digest is {found}, not {expected}")]
    AlteredRelease { expected: String, found: String },
    #[error("this is a release of {found}, not of {expected}")]
    ReleaseOfAnother {
        expected: EnvironmentName,
        found: EnvironmentName,
    },
    #[error(
        "this is a release of commit {}, and the pipeline deploys {}",
        short_commit(.found),
        short_commit(.expected)
    )]
    ReleaseOfAnotherCommit { expected: String, found: String },
    /// A saved plan of another account or region.
    #[error("{environment} is {expected}, and the plan is for {found}")]
    PlanOfAnotherPlace {
        environment: EnvironmentName,
        /// Its account and region.
        expected: String,
        found: String,
    },
    /// A saved plan that changes a stack of another owner.
    #[error("the plan changes {stack}, which is no stack of {environment}")]
    StrangerInPlan {
        environment: EnvironmentName,
        stack: String,
    },
    #[error("--break-glass needs a reason")]
    NoReason,
    /// The question was answered with something else than yes.
    #[error("not confirmed")]
    NotConfirmed { environment: EnvironmentName },
    #[error("there is no terminal to ask at, and {environment} was not confirmed otherwise")]
    NoTerminal {
        environment: EnvironmentName,
        /// The commands that do the same, in their order.
        unattended: Vec<String>,
    },
    /// The confirmation can be typed at a terminal only.
    #[error(
        "{environment} needs an interactive confirmation here, and standard input is not a terminal"
    )]
    OnlyAtATerminal { environment: EnvironmentName },
    #[error(
        "the plan is of {}, and this is {}",
        .found.as_deref().map_or_else(|| "an unknown commit".to_owned(), commit_text),
        commit_text(.expected)
    )]
    PlanOfAnotherCommit {
        expected: String,
        /// The plan's, where it is known.
        found: Option<String>,
    },
    /// What was typed is not the environment's name.
    #[error("`{found}` is not `{environment}`")]
    WrongConfirmation {
        environment: EnvironmentName,
        found: String,
    },
    /// Confirmed on the command line, without a plan that was saved and reviewed.
    #[error("{environment} was confirmed without a saved plan")]
    NoSavedPlan {
        environment: EnvironmentName,
        /// The commands that do the same, in their order.
        unattended: Vec<String>,
    },
}

impl Refusal {
    /// What to do about it, with everything that others wrote escaped: commands to copy stand in lines of
    /// their own.
    #[must_use]
    pub fn hint(&self) -> String {
        let mut text = displayed(&self.situation().to_string()).into_owned();
        for command in self.commands() {
            text.push_str("\n    ");
            text.push_str(&escaped(command));
        }
        text
    }

    /// The commands that do the same where nothing is asked, in their order.
    fn commands(&self) -> &[String] {
        match self {
            Self::NoTerminal {
                environment: EnvironmentName::Production,
                unattended,
            }
            | Self::NoSavedPlan {
                environment: EnvironmentName::Production,
                unattended,
            } => unattended,
            _ => &[],
        }
    }

    fn situation(&self) -> Situation<'_> {
        match self {
            Self::WrongAccount { expected, .. } => Situation::OtherAccount { account: expected },
            Self::WrongRegion { .. } => Situation::OtherRegion,
            Self::ForeignStack { stack, .. } => Situation::StackNotOurs { stack },
            Self::UnknownSource { .. } => Situation::SourceUnknown,
            Self::WrongBranch { expected, .. } => Situation::OtherBranch { branch: expected },
            Self::UncommittedChanges { .. } => Situation::ChangesUncommitted,
            Self::AlteredRelease { .. } | Self::ReleaseOfAnother { .. } => {
                Situation::ReleaseUnusable
            }
            Self::ReleaseOfAnotherCommit { expected, .. } => Situation::ReleaseOfOtherCommit {
                commit: short_commit(expected),
            },
            Self::PlanOfAnotherPlace { .. } | Self::StrangerInPlan { .. } => {
                Situation::PlanOfOtherTarget
            }
            Self::NoReason => Situation::ReasonMissing,
            Self::NotConfirmed { .. } | Self::WrongConfirmation { .. } => Situation::NotConfirmed,
            Self::NoTerminal {
                environment,
                unattended,
            }
            | Self::NoSavedPlan {
                environment,
                unattended,
            } => unconfirmed(*environment, unattended),
            Self::OnlyAtATerminal { environment } => Situation::TerminalMissing {
                environment: environment.as_str(),
            },
            Self::PlanOfAnotherCommit { .. } => Situation::PlanOfOtherCommit,
            Self::InputsElsewhere { .. } => Situation::InputsElsewhere,
        }
    }

    /// Whether `--break-glass` takes it away. It is about sources only: an account, a region, or a
    /// stack of another owner is never the right one.
    #[must_use]
    pub const fn is_waivable(&self) -> bool {
        matches!(
            self,
            Self::UnknownSource { .. }
                | Self::WrongBranch { .. }
                | Self::UncommittedChanges { .. }
                | Self::InputsElsewhere { .. }
                | Self::AlteredRelease { .. }
                | Self::PlanOfAnotherCommit { .. }
        )
    }
}

/// An environment that is not confirmed, where no question can be asked.
const fn unconfirmed(environment: EnvironmentName, commands: &[String]) -> Situation<'static> {
    match (environment, commands) {
        (EnvironmentName::Staging, _) => Situation::StagingUnconfirmed,
        (EnvironmentName::Production, []) => Situation::ProductionUnconfirmed,
        (EnvironmentName::Production, [_]) => Situation::SavedPlanUnconfirmed,
        (EnvironmentName::Production, _) => Situation::PlanUnsaved,
    }
}

/// A commit as people write it.
pub(crate) fn short_commit(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// A commit, and whether it is that alone, as people write it.
pub(super) fn commit_text(commit: &str) -> String {
    match commit.strip_suffix(DIRTY) {
        Some(commit) => format!("commit {} with uncommitted changes", short_commit(commit)),
        None => format!("commit {}", short_commit(commit)),
    }
}

/// The first of many, and how many more there are.
fn listed(files: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = files
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match files.len() {
        0 => "the release was made with some".clone_into(&mut text),
        count if count > SHOWN => text.push_str(&format!(" and {} more", count - SHOWN)),
        _ => {}
    }
    text
}
