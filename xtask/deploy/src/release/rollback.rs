//! The image that an application is rolled back to.
//!
//! Not every image that was pushed has run: a version that failed was pushed too. What ran well is
//! known from the application's pipeline, whose runs name the commits that images are tagged with.

use std::collections::BTreeSet;
use std::fmt;

use common::terminal_text::displayed;

use crate::inspect::services::{Execution, ExecutionStatus, Image};
use crate::next_step::Situation;

/// The parameter of a service's stack that says which image it runs.
pub const IMAGE_PARAMETER: &str = "ImageDigest";

/// How many images a refusal names.
const NAMED: usize = 5;

/// Why there is none to go back to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollbackChoiceError {
    /// The repository does not hold it: a deployment would only fail.
    #[error(
        "the repository of {} does not have {}{} {held}",
        displayed(.application),
        displayed(.digest),
        Situation::ImageUnknown.help()
    )]
    NotInRepository {
        application: String,
        digest: String,
        held: RepositoryImages,
    },
    /// What runs is not known to the repository, so nothing comes before it.
    #[error(
        "{} runs {}, which its repository no longer has{} {held}",
        displayed(.application),
        displayed(.digest),
        Situation::EarlierImageUnknown.help()
    )]
    RunningImageMissing {
        application: String,
        digest: String,
        held: RepositoryImages,
    },
    #[error("{} runs the oldest image in its repository", displayed(.application))]
    Oldest { application: String },
    #[error(
        "{} runs {}, and no earlier image is known to have run: no pipeline run with its commit has succeeded{} {held}",
        displayed(.application),
        displayed(.digest),
        Situation::EarlierImageUnknown.help()
    )]
    NoneSucceeded {
        application: String,
        digest: String,
        held: RepositoryImages,
    },
}

/// Which image is wanted.
#[derive(Clone, Copy, Debug)]
pub enum ImageSelection<'a> {
    Digest(&'a str),
    /// The newest of those before the one that runs that ran well: one of these commits.
    Before(&'a BTreeSet<String>),
}

/// What a repository holds, newest first, and which of it ran well. Its text is for a refusal: the
/// first few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryImages {
    images: Vec<Image>,
    /// The commits of runs that succeeded, where they were asked for.
    ran: BTreeSet<String>,
}

/// The commits that runs of a pipeline brought to its end.
pub fn succeeded_commits(runs: Vec<Execution>) -> impl Iterator<Item = String> {
    runs.into_iter()
        .filter(|run| run.status == ExecutionStatus::Succeeded)
        .filter_map(|run| run.commit)
}

/// Images by their age. What was pushed at no known time is the oldest.
#[must_use]
pub fn newest_first(mut images: Vec<Image>) -> Vec<Image> {
    images.sort_by_key(|image| std::cmp::Reverse(image.pushed));
    images
}

/// The image that is wanted.
///
/// # Errors
/// When the repository holds no such image.
pub fn choose(
    application: &str,
    mut images: Vec<Image>,
    runs: &str,
    wanted: ImageSelection<'_>,
) -> Result<Image, RollbackChoiceError> {
    images = newest_first(images);
    let application = application.to_owned();
    let repository = |ran: &BTreeSet<String>| RepositoryImages {
        images: images.clone(),
        ran: ran.clone(),
    };
    let position = |digest: &str| images.iter().position(|image| image.digest == digest);
    match wanted {
        ImageSelection::Digest(digest) => {
            let found = position(digest).and_then(|found| images.get(found));
            found
                .cloned()
                .ok_or_else(|| RollbackChoiceError::NotInRepository {
                    application,
                    digest: digest.to_owned(),
                    held: repository(&BTreeSet::new()),
                })
        }
        ImageSelection::Before(ran) => {
            let Some(position) = position(runs) else {
                return Err(RollbackChoiceError::RunningImageMissing {
                    application,
                    digest: runs.to_owned(),
                    held: repository(ran),
                });
            };
            let older = images.get(position + 1..).unwrap_or_default();
            if older.is_empty() {
                return Err(RollbackChoiceError::Oldest { application });
            }
            let found = older.iter().find(|image| has_run(image, ran));
            found
                .cloned()
                .ok_or_else(|| RollbackChoiceError::NoneSucceeded {
                    application,
                    digest: runs.to_owned(),
                    held: repository(ran),
                })
        }
    }
}

fn has_run(image: &Image, ran: &BTreeSet<String>) -> bool {
    image.tags.iter().any(|tag| ran.contains(tag))
}

/// An image in a line: digest, commit, date.
#[must_use]
pub fn describe(image: &Image) -> String {
    line(image, None)
}

fn line(image: &Image, mark: Option<&str>) -> String {
    let pushed = image.pushed.map(|at| format!("pushed {at}"));
    let mark = mark.map(str::to_owned);
    let tags = image.tags.iter().cloned();
    let more: Vec<String> = tags.chain(pushed).chain(mark).collect();
    if more.is_empty() {
        image.digest.clone()
    } else {
        format!("{} ({})", image.digest, more.join(", "))
    }
}

impl fmt::Display for RepositoryImages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.images.is_empty() {
            return formatter.write_str("none");
        }
        for image in self.images.iter().take(NAMED) {
            let mark = has_run(image, &self.ran).then_some("ran successfully");
            write!(formatter, "\n      {}", displayed(&line(image, mark)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    fn image(digest: &str, day: Option<i64>) -> Image {
        Image {
            digest: digest.to_owned(),
            tags: vec![format!("commit-of-{digest}")],
            pushed: day.map(|day| Timestamp::from_seconds(day * 86_400)),
        }
    }

    fn images() -> Vec<Image> {
        vec![
            image("b", Some(2)),
            image("none", None),
            image("c", Some(3)),
            image("a", Some(1)),
        ]
    }

    fn commits(digests: &[&str]) -> BTreeSet<String> {
        let commits = digests.iter().map(|digest| format!("commit-of-{digest}"));
        commits.collect()
    }

    fn before(runs: &str, ran: &[&str]) -> Result<String, RollbackChoiceError> {
        let wanted = commits(ran);
        let chosen = choose("web", images(), runs, ImageSelection::Before(&wanted));
        chosen.map(|image| image.digest)
    }

    #[test]
    fn the_one_before_is_the_newest_that_is_older() {
        let all = ["a", "b", "c", "none"];
        assert_eq!(before("c", &all), Ok("b".to_owned()));
        assert_eq!(before("b", &all), Ok("a".to_owned()));
        assert_eq!(before("a", &all), Ok("none".to_owned()));
        assert!(matches!(
            before("none", &all),
            Err(RollbackChoiceError::Oldest { .. })
        ));
    }

    #[test]
    fn a_version_that_never_ran_is_passed_over() {
        assert_eq!(before("c", &["c", "a"]), Ok("a".to_owned()));
        let error = before("b", &["c", "b"]).unwrap_err().to_string();
        assert_eq!(
            error,
            "web runs b, and no earlier image is known to have run: no pipeline run with its commit has succeeded
  = help: name one with --to; the repository has: 
      c (commit-of-c, pushed 1970-01-04, ran successfully)
      b (commit-of-b, pushed 1970-01-03, ran successfully)
      a (commit-of-a, pushed 1970-01-02)
      none (commit-of-none)"
        );
        // A pipeline without history knows nothing.
        assert!(matches!(
            before("c", &[]),
            Err(RollbackChoiceError::NoneSucceeded { .. })
        ));
    }

    #[test]
    fn only_runs_that_succeeded_count() {
        let run = |status, commit: Option<&str>| Execution {
            ended: None,
            id: "1".to_owned(),
            status,
            started: None,
            commit: commit.map(str::to_owned),
        };
        let runs = vec![
            run(ExecutionStatus::InProgress, Some("a")),
            run(ExecutionStatus::Succeeded, Some("b")),
            run(ExecutionStatus::Failed, Some("c")),
            run(ExecutionStatus::Succeeded, None),
            run(ExecutionStatus::Superseded, Some("d")),
            run(ExecutionStatus::Stopped, Some("e")),
        ];
        assert_eq!(succeeded_commits(runs).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn what_is_asked_for_has_to_be_held() {
        let chosen = |asked| choose("web", images(), "a", ImageSelection::Digest(asked));
        assert_eq!(chosen("c").map(|image| image.digest), Ok("c".to_owned()));
        let error = chosen("x").unwrap_err().to_string();
        assert!(error.contains("does not have x"), "{error}");
        assert!(
            error.contains("\n      c (commit-of-c, pushed 1970-01-04)\n      b"),
            "{error}"
        );
    }

    /// The images that a refusal names.
    fn named(error: &str) -> Vec<&str> {
        let (_, named) = error.split_once("--to").unwrap();
        let lines = named.lines().skip(1);
        lines
            .map(|line| line.split_whitespace().next().unwrap())
            .collect()
    }

    #[test]
    fn what_a_refusal_names_is_held() {
        let asked = ImageSelection::Digest("x");
        let unknown = choose("web", images(), "a", asked).unwrap_err();
        let none_succeeded = before("c", &[]).unwrap_err();
        let missing = before("x", &["a"]).unwrap_err();
        for error in [unknown, none_succeeded, missing] {
            let error = error.to_string();
            let named = named(&error);
            assert_eq!(named, ["c", "b", "a", "none"], "{error}");
            for digest in named {
                let chosen = choose("web", images(), "x", ImageSelection::Digest(digest));
                assert_eq!(chosen.map(|image| image.digest), Ok(digest.to_owned()));
            }
        }
    }

    #[test]
    fn nothing_comes_before_what_is_not_known() {
        let error = before("x", &["a"]).unwrap_err();
        assert!(matches!(
            error,
            RollbackChoiceError::RunningImageMissing { .. }
        ));
        assert!(
            error
                .to_string()
                .contains("pushed 1970-01-02, ran successfully)")
        );
        let ran = BTreeSet::new();
        let none = choose("web", Vec::new(), "x", ImageSelection::Before(&ran)).unwrap_err();
        assert!(none.to_string().ends_with("the repository has: none"));
    }
}
