//! Which image an application goes back to.
//!
//! Not every image that was pushed has run: a version that failed was pushed too. What ran well is
//! known from the application's pipeline, whose runs name the commits that images are tagged with.

use std::collections::BTreeSet;
use std::fmt;

use common::terminal_text::displayed;

use crate::services::{Execution, ExecutionStatus, Image};

/// The parameter of a service's stack that says which image it runs.
pub const IMAGE_PARAMETER: &str = "ImageDigest";

/// How many images a refusal names.
const NAMED: usize = 5;

/// Why there is none to go back to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// The repository does not hold it: a deployment would only fail.
    #[error("the repository of {} does not hold {}\n  = help: it holds {held}", displayed(.application), displayed(.digest))]
    NotHeld {
        /// The application.
        application: String,
        /// What was asked for.
        digest: String,
        /// What there is.
        held: Held,
    },
    /// What runs is not known to the repository, so nothing comes before it.
    #[error(
        "{} runs {}, which its repository does not hold any more\n  = help: name \
         one with --to; it holds {held}",
        displayed(.application),
        displayed(.digest)
    )]
    Unknown {
        /// The application.
        application: String,
        /// What it runs.
        digest: String,
        /// What there is.
        held: Held,
    },
    /// Nothing is older.
    #[error("{} runs the oldest image that its repository holds", displayed(.application))]
    Oldest {
        /// The application.
        application: String,
    },
    /// Something is older, and nobody knows that any of it ran.
    #[error(
        "{} runs {}, and of no image that was pushed before it is known that it \
         ran: no run of the pipeline with its commit has succeeded\n  = help: name one with --to; \
         the repository holds {held}",
        displayed(.application),
        displayed(.digest)
    )]
    NoneRan {
        /// The application.
        application: String,
        /// What it runs.
        digest: String,
        /// What there is.
        held: Held,
    },
}

/// Which image is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// The one with this digest.
    Digest(&'a str),
    /// The newest of those before the one that runs that ran well: one of these commits.
    Before(&'a BTreeSet<String>),
}

/// What a repository holds, newest first, and which of it ran well. Its text is for a refusal: the
/// first few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    images: Vec<Image>,
    /// The commits of runs that succeeded, where they were asked for.
    ran: BTreeSet<String>,
}

/// The commits that runs of a pipeline brought to its end.
pub fn commits_that_ran(runs: Vec<Execution>) -> impl Iterator<Item = String> {
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
    wanted: Wanted<'_>,
) -> Result<Image, ChoiceError> {
    images = newest_first(images);
    let application = application.to_owned();
    let held = |ran: &BTreeSet<String>| Held {
        images: images.clone(),
        ran: ran.clone(),
    };
    let position = |digest: &str| images.iter().position(|image| image.digest == digest);
    match wanted {
        Wanted::Digest(digest) => {
            let found = position(digest).and_then(|found| images.get(found));
            found.cloned().ok_or_else(|| ChoiceError::NotHeld {
                application,
                digest: digest.to_owned(),
                held: held(&BTreeSet::new()),
            })
        }
        Wanted::Before(ran) => {
            let Some(position) = position(runs) else {
                return Err(ChoiceError::Unknown {
                    application,
                    digest: runs.to_owned(),
                    held: held(ran),
                });
            };
            let older = images.get(position + 1..).unwrap_or_default();
            if older.is_empty() {
                return Err(ChoiceError::Oldest { application });
            }
            let found = older.iter().find(|image| has_run(image, ran));
            found.cloned().ok_or_else(|| ChoiceError::NoneRan {
                application,
                digest: runs.to_owned(),
                held: held(ran),
            })
        }
    }
}

fn has_run(image: &Image, ran: &BTreeSet<String>) -> bool {
    image.tags.iter().any(|tag| ran.contains(tag))
}

/// An image in a line: digest, commit, date.
#[must_use]
pub fn described(image: &Image) -> String {
    in_a_line(image, None)
}

fn in_a_line(image: &Image, mark: Option<&str>) -> String {
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

impl fmt::Display for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.images.is_empty() {
            return formatter.write_str("none");
        }
        for image in self.images.iter().take(NAMED) {
            let mark = has_run(image, &self.ran).then_some("ran well");
            write!(formatter, "\n      {}", displayed(&in_a_line(image, mark)))?;
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

    fn held() -> Vec<Image> {
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

    fn before(runs: &str, ran: &[&str]) -> Result<String, ChoiceError> {
        let wanted = commits(ran);
        let chosen = choose("web", held(), runs, Wanted::Before(&wanted));
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
            Err(ChoiceError::Oldest { .. })
        ));
    }

    #[test]
    fn a_version_that_never_ran_is_passed_over() {
        assert_eq!(before("c", &["c", "a"]), Ok("a".to_owned()));
        let error = before("b", &["c", "b"]).unwrap_err().to_string();
        assert_eq!(
            error,
            "web runs b, and of no image that was pushed before it is known that it ran: no run of \
             the pipeline with its commit has succeeded
  = help: name one with --to; the repository holds 
      c (commit-of-c, pushed 1970-01-04, ran well)
      b (commit-of-b, pushed 1970-01-03, ran well)
      a (commit-of-a, pushed 1970-01-02)
      none (commit-of-none)"
        );
        // A pipeline without history knows nothing.
        assert!(matches!(before("c", &[]), Err(ChoiceError::NoneRan { .. })));
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
        assert_eq!(commits_that_ran(runs).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn what_is_asked_for_has_to_be_held() {
        let chosen = |asked| choose("web", held(), "a", Wanted::Digest(asked));
        assert_eq!(chosen("c").map(|image| image.digest), Ok("c".to_owned()));
        let error = chosen("x").unwrap_err().to_string();
        assert!(error.contains("does not hold x"), "{error}");
        assert!(
            error.contains("\n      c (commit-of-c, pushed 1970-01-04)\n      b"),
            "{error}"
        );
    }

    #[test]
    fn nothing_comes_before_what_is_not_known() {
        let error = before("x", &["a"]).unwrap_err();
        assert!(matches!(error, ChoiceError::Unknown { .. }));
        assert!(error.to_string().contains("pushed 1970-01-02, ran well)"));
        let ran = BTreeSet::new();
        let none = choose("web", Vec::new(), "x", Wanted::Before(&ran)).unwrap_err();
        assert!(none.to_string().ends_with("it holds none"));
    }
}
