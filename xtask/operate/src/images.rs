//! Which image an application goes back to.

use crate::services::Image;

/// How many images a refusal names.
const NAMED: usize = 5;

/// Why there is none to go back to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// The repository does not hold it: a deployment would only fail.
    #[error(
        "the repository of {application} does not hold {digest}\n  = help: it holds {}",
        named(.held)
    )]
    NotHeld {
        /// The application.
        application: String,
        /// What was asked for.
        digest: String,
        /// What there is, newest first.
        held: Vec<Image>,
    },
    /// What runs is not known to the repository, so nothing comes before it.
    #[error(
        "{application} runs {digest}, which its repository does not hold any more\n  = help: name \
         one with --to; it holds {}",
        named(.held)
    )]
    Unknown {
        /// The application.
        application: String,
        /// What it runs.
        digest: String,
        /// What there is, newest first.
        held: Vec<Image>,
    },
    /// Nothing is older.
    #[error("{application} runs the oldest image that its repository holds")]
    Oldest {
        /// The application.
        application: String,
    },
}

/// The image that was asked for, or the newest that was pushed before the one that runs.
///
/// # Errors
/// When the repository holds no such image.
pub fn choose(
    application: &str,
    mut images: Vec<Image>,
    runs: &str,
    asked: Option<&str>,
) -> Result<Image, ChoiceError> {
    // What was pushed at no known time is the oldest.
    images.sort_by_key(|image| std::cmp::Reverse(image.pushed));
    let position = |digest: &str| images.iter().position(|image| image.digest == digest);
    let found = match asked {
        Some(digest) => position(digest).ok_or_else(|| ChoiceError::NotHeld {
            application: application.to_owned(),
            digest: digest.to_owned(),
            held: images.clone(),
        })?,
        None => {
            1 + position(runs).ok_or_else(|| ChoiceError::Unknown {
                application: application.to_owned(),
                digest: runs.to_owned(),
                held: images.clone(),
            })?
        }
    };
    images
        .into_iter()
        .nth(found)
        .ok_or_else(|| ChoiceError::Oldest {
            application: application.to_owned(),
        })
}

/// An image in a line: digest, commit, date.
#[must_use]
pub fn described(image: &Image) -> String {
    let pushed = image.pushed.map(|at| format!("pushed {at}"));
    let more: Vec<String> = image.tags.iter().cloned().chain(pushed).collect();
    if more.is_empty() {
        image.digest.clone()
    } else {
        format!("{} ({})", image.digest, more.join(", "))
    }
}

fn named(held: &[Image]) -> String {
    if held.is_empty() {
        return "none".to_owned();
    }
    let each = held.iter().take(NAMED).map(described);
    each.map(|image| format!("\n      {image}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    fn image(digest: &str, day: Option<i64>) -> Image {
        Image {
            digest: digest.to_owned(),
            tags: vec![format!("commit-of-{digest}")],
            pushed: day.map(|day| Moment::from_seconds(day * 86_400)),
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

    fn chosen(runs: &str, asked: Option<&str>) -> Result<String, ChoiceError> {
        choose("web", held(), runs, asked).map(|image| image.digest)
    }

    #[test]
    fn the_one_before_is_the_newest_that_is_older() {
        assert_eq!(chosen("c", None), Ok("b".to_owned()));
        assert_eq!(chosen("b", None), Ok("a".to_owned()));
        assert_eq!(chosen("a", None), Ok("none".to_owned()));
        assert!(matches!(
            chosen("none", None),
            Err(ChoiceError::Oldest { .. })
        ));
    }

    #[test]
    fn what_is_asked_for_has_to_be_held() {
        assert_eq!(chosen("a", Some("c")), Ok("c".to_owned()));
        let error = chosen("a", Some("x")).unwrap_err().to_string();
        assert!(error.contains("does not hold x"), "{error}");
        assert!(
            error.contains("\n      c (commit-of-c, pushed 1970-01-04)\n      b"),
            "{error}"
        );
    }

    #[test]
    fn nothing_comes_before_what_is_not_known() {
        assert!(matches!(
            chosen("x", None),
            Err(ChoiceError::Unknown { .. })
        ));
        let none = choose("web", Vec::new(), "x", None).unwrap_err();
        assert!(none.to_string().ends_with("it holds none"));
    }
}
