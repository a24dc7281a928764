//! What is acknowledged in a file: checked in, reviewed, with reasons.
//!
//! An acknowledgement is bound to what was found, not to a commit. So it can be merged together
//! with the change that needs it; afterwards nothing is found any more, and the file is told to be
//! out of date.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::plan::{Acknowledgement, FindingCode, Plan};
use common::terminal_text::{displayed, displayed_path};
use serde::Deserialize;

/// The file, unless another is named.
pub const FILE_NAME: &str = "acknowledgements.toml";

/// Why the file says nothing.
#[derive(Debug, thiserror::Error)]
pub enum AcknowledgementsError {
    /// It can't be read.
    #[error("can't read {}", displayed_path(.path))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is malformed.
    #[error("malformed {}", displayed_path(.path))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
    /// Somebody acknowledged something without saying why.
    #[error("{} acknowledges `{}` without a reason", displayed_path(.path), displayed(.word))]
    NoReason {
        /// The file.
        path: PathBuf,
        /// The word.
        word: String,
    },
}

/// What was acknowledged, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledgements {
    words: Vec<(Acknowledgement, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    acknowledgement: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    word: String,
    reason: String,
}

impl Acknowledgements {
    /// Those of the command line, and those of a file: the named one, or the usual one of the
    /// current folder or the nearest above it that has one.
    ///
    /// # Errors
    /// When the file can't be read, or holds something else.
    pub fn gather(words: &[String], file: Option<&Path>) -> Result<Self, AcknowledgementsError> {
        let typed = words.iter().map(|word| {
            let word = Acknowledgement(word.trim().to_owned());
            (word, "--acknowledge".to_owned())
        });
        let mut all: Vec<_> = typed.collect();
        let path = file.map_or_else(usual, Path::to_owned);
        match fs::read_to_string(&path) {
            Ok(text) => all.extend(Self::parse(&path, &text)?),
            Err(source) if file.is_none() && source.kind() == io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(AcknowledgementsError::Read { path, source });
            }
        }
        Ok(Self { words: all })
    }

    fn parse(
        path: &Path,
        text: &str,
    ) -> Result<Vec<(Acknowledgement, String)>, AcknowledgementsError> {
        let file: File =
            toml::from_str(text).map_err(|source| AcknowledgementsError::Malformed {
                path: path.to_owned(),
                source,
            })?;
        let name = path.file_name().unwrap_or_default().display().to_string();
        let mut words = Vec::new();
        for Entry { word, reason } in file.acknowledgement {
            if reason.trim().is_empty() {
                let path = path.to_owned();
                return Err(AcknowledgementsError::NoReason { path, word });
            }
            words.push((Acknowledgement(word), name.clone()));
        }
        Ok(words)
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> BTreeSet<Acknowledgement> {
        self.words.iter().map(|(word, _)| word.clone()).collect()
    }

    /// Those that acknowledge nothing which the plan found, with where they stand. A word of
    /// another environment is left alone: one file is for all of them. So is one that only a
    /// change set can need, as long as it is of a stack that is deployed.
    #[must_use]
    pub fn unused(&self, plan: &Plan, prefix: &str) -> Vec<(&Acknowledgement, &str)> {
        let found: BTreeSet<Acknowledgement> = plan
            .findings
            .iter()
            .map(crate::plan::Finding::acknowledgement)
            .collect();
        let in_use: BTreeSet<&str> = plan.steps.iter().map(|step| step.stack.as_str()).collect();
        self.words
            .iter()
            .filter(|(word, _)| !found.contains(word))
            .filter(|(word, place)| match stack(word) {
                Some(stack) if place != "--acknowledge" => {
                    stack.starts_with(prefix) && !in_use.contains(stack)
                }
                _ => true,
            })
            .map(|(word, place)| (word, place.as_str()))
            .collect()
    }
}

/// The usual file: a command is called anywhere inside of the repository.
fn usual() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    here.ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from(FILE_NAME))
}

/// The stack of a word, if it is one: `code:stack/subject:hash`.
fn stack(word: &Acknowledgement) -> Option<&str> {
    let (code, rest) = word.0.split_once(':')?;
    serde_json::from_value::<FindingCode>(code.into()).ok()?;
    rest.split_once('/').map(|(stack, _)| stack)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<(Acknowledgement, String)>, AcknowledgementsError> {
        Acknowledgements::parse(Path::new("somewhere/acknowledgements.toml"), text)
    }

    #[test]
    fn each_has_a_word_and_a_reason() {
        let words = parse(
            "[[acknowledgement]]\nword = \"resource-replaced:lemonade-staging-network/Vpc:1\"\n\
             reason = \"moves to another block\"\n",
        )
        .unwrap();
        let [(word, place)] = words.as_slice() else {
            panic!("{words:?}");
        };
        assert_eq!(place, FILE_NAME);
        assert_eq!(stack(word), Some("lemonade-staging-network"));
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn what_is_half_said_is_refused() {
        for (text, expected) in [
            ("[[acknowledgement]]\nword = \"a\"\n", "malformed"),
            (
                "[[acknowledgement]]\nword = \"a\"\nreason = \" \"\n",
                "without a reason",
            ),
            ("[[acknowledgments]]\n", "malformed"),
            ("words = [\"a\"]\n", "malformed"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_word_that_is_none_has_no_stack() {
        for word in ["", "a", "a:b/c:d", "resource-replaced:network"] {
            assert_eq!(stack(&Acknowledgement(word.to_owned())), None, "{word}");
        }
    }
}
