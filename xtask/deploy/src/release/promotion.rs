//! The commit to promote to production: one that has completed a pipeline of staging.

use std::fmt;
use std::path::PathBuf;

use common::terminal_text::{displayed, displayed_path};

use crate::inspect::services::{Execution, ExecutionStatus};
use crate::next_step::Situation;
use crate::timestamp::Timestamp;

/// A commit that completed every stage of a pipeline, Verify included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedRun {
    pub commit: String,
    pub execution: String,
    /// When that run ended, where CodePipeline says so.
    pub ended: Option<Timestamp>,
}

/// Why no commit can be promoted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromotionError {
    #[error("there is no pipeline {pipeline} in {environment}")]
    NoPipeline {
        pipeline: String,
        environment: String,
    },
    #[error("no run of {} has completed{newest}", displayed(.pipeline))]
    NoneCompleted {
        pipeline: String,
        /// The newest run, for a hint.
        newest: NewestRuns,
    },
    #[error("{} has not completed in {}{newest}", displayed(.commit), displayed(.pipeline))]
    NotCompleted {
        commit: String,
        pipeline: String,
        newest: NewestRuns,
    },
}

/// Why a branch can't be moved.
#[derive(Debug, thiserror::Error)]
pub enum PromoteError {
    /// There is no other environment to promote from.
    #[error(
        "commits are promoted from staging to production{}",
        Situation::PromotionFromStaging.help()
    )]
    NotFromHere,
    #[error(
        "{} has no remote that is {}{}",
        displayed_path(.folder),
        displayed(.repository),
        Situation::RemoteMissing { repository: &displayed(.repository) }.help()
    )]
    OtherRepository { folder: PathBuf, repository: String },
    /// Git could not do something.
    #[error("{}", displayed(.0))]
    Git(String),
    #[error(
        "{} is not on {} of {}{}",
        displayed(.commit),
        displayed(.branch),
        displayed(.repository),
        Situation::CommitNotOnBranch.help()
    )]
    NotOnBranch {
        commit: String,
        branch: String,
        repository: String,
    },
    #[error(
        "{} does not follow {}, the head of {}{}",
        displayed(.commit),
        displayed(.head),
        displayed(.branch),
        Situation::BranchNotForward { branch: &displayed(.branch), from: &displayed(.from) }.help()
    )]
    NotForward {
        commit: String,
        /// The head of the branch to move.
        head: String,
        branch: String,
        /// The branch that commits come from.
        from: String,
    },
    #[error(
        "{} was not moved: {}{}",
        displayed(.branch),
        displayed(.why),
        Situation::PushRefused.help()
    )]
    Push { branch: String, why: String },
}

/// A hint: what can be said of the newest runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewestRuns {
    /// The newest commit that completed.
    pub completed: Option<String>,
    /// The newest run, where it has not completed: its status and commit.
    pub unfinished: Option<(ExecutionStatus, String)>,
}

impl fmt::Display for NewestRuns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((status, commit)) = &self.unfinished {
            write!(
                formatter,
                "\n  = help: the newest run, of {}, is {}",
                displayed(commit),
                displayed(status.as_str())
            )?;
        }
        if let Some(commit) = &self.completed {
            write!(
                formatter,
                "\n  = help: the newest commit that completed is {}",
                displayed(commit)
            )?;
        }
        Ok(())
    }
}

/// The commit to promote: the newest that completed, or the one that is asked for if it did. `runs` are
/// the pipeline's, newest first; `wanted` is a whole commit id.
///
/// # Errors
/// When there is no such commit.
pub fn choose(
    pipeline: &str,
    runs: &[Execution],
    wanted: Option<&str>,
) -> Result<CompletedRun, PromotionError> {
    let is_completed = |run: &&Execution| run.status == ExecutionStatus::Succeeded;
    let completed = |run: &Execution| {
        run.commit.as_ref().map(|commit| CompletedRun {
            commit: commit.clone(),
            execution: run.id.clone(),
            ended: run.ended,
        })
    };
    let mut all = runs.iter().filter(is_completed).filter_map(completed);
    let found = match wanted {
        Some(wanted) => all.find(|one| one.commit == wanted),
        None => all.next(),
    };
    found.ok_or_else(|| {
        let pipeline = pipeline.to_owned();
        let first = runs.first().filter(|run| !is_completed(run));
        let newest = NewestRuns {
            completed: runs
                .iter()
                .filter(is_completed)
                .find_map(|run| run.commit.clone()),
            unfinished: first.and_then(|run| Some((run.status.clone(), run.commit.clone()?))),
        };
        match wanted {
            Some(commit) => PromotionError::NotCompleted {
                commit: commit.to_owned(),
                pipeline,
                newest,
            },
            None => PromotionError::NoneCompleted { pipeline, newest },
        }
    })
}

/// How long age, in the largest unit of which it is at least two: `3 hours ago`.
#[must_use]
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.minutes_since(then).max(0);
    let (count, unit) = match minutes {
        0..120 => (minutes, "minute"),
        120..2_880 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: &str, status: ExecutionStatus, commit: &str) -> Execution {
        Execution {
            id: id.to_owned(),
            status,
            started: None,
            ended: Some(Timestamp::from_seconds(60)),
            commit: Some(commit.to_owned()),
        }
    }

    fn runs() -> Vec<Execution> {
        vec![
            run("4", ExecutionStatus::InProgress, "d"),
            run("3", ExecutionStatus::Failed, "c"),
            run("2", ExecutionStatus::Succeeded, "b"),
            run("1", ExecutionStatus::Succeeded, "a"),
        ]
    }

    #[test]
    fn the_newest_commit_that_completed_is_promoted() {
        let found = choose("web", &runs(), None).unwrap();
        assert_eq!(
            (found.commit.as_str(), found.execution.as_str()),
            ("b", "2")
        );
    }

    #[test]
    fn an_older_commit_is_promoted_when_it_is_asked_for() {
        assert_eq!(choose("web", &runs(), Some("a")).unwrap().commit, "a");
    }

    #[test]
    fn what_failed_or_never_ran_is_refused() {
        for commit in ["c", "d", "e"] {
            let refused = choose("web", &runs(), Some(commit)).unwrap_err();
            assert_eq!(
                refused.to_string(),
                format!(
                    "{commit} has not completed in web\n  = help: the newest run, of d, is InProgress\
                     \n  = help: the newest commit that completed is b"
                )
            );
        }
        let refused = choose("web", &runs()[..2], None).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "no run of web has completed\n  = help: the newest run, of d, is InProgress"
        );
    }

    #[test]
    fn ages_are_told_in_a_unit_that_fits() {
        let told = |minutes: i64| {
            age(
                Timestamp::from_seconds(0),
                Timestamp::from_seconds(minutes * 60),
            )
        };
        assert_eq!(told(-5), "0 minutes ago");
        assert_eq!(told(1), "1 minute ago");
        assert_eq!(told(119), "119 minutes ago");
        assert_eq!(told(120), "2 hours ago");
        assert_eq!(told(47 * 60), "47 hours ago");
        assert_eq!(told(48 * 60), "2 days ago");
    }
}
