//! Acknowledgements of findings: from options, and from a file that is checked in and reviewed.
//!
//! An acknowledgement belongs to a finding, not to a commit, so it can be merged together with the change that needs
//! it. Afterwards there is no such finding any more, and the acknowledgement is reported as unused.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::plan::{Acknowledgement, FindingCode, Plan};
use common::terminal_text::{displayed, displayed_path};
use serde::Deserialize;

/// The default file.
pub const FILE_NAME: &str = "acknowledgements.toml";

/// Why the file is refused.
#[derive(Debug, thiserror::Error)]
pub enum AcknowledgementsError {
    #[error("can't read {}", displayed_path(.path))]
    Read { path: PathBuf, source: io::Error },
    #[error("malformed {}", displayed_path(.path))]
    Malformed {
        path: PathBuf,
        source: toml::de::Error,
    },
    #[error("{} acknowledges `{}` without a reason", displayed_path(.path), displayed(.word))]
    NoReason { path: PathBuf, word: String },
}

/// Acknowledged words, each with its origin: the option or the file.
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
    /// Those of the command line, and those of a file: the given one, or the default one in the current folder or
    /// the nearest ancestor that has one.
    ///
    /// # Errors
    /// When the file can't be read, or holds something else.
    pub fn gather(words: &[String], file: Option<&Path>) -> Result<Self, AcknowledgementsError> {
        let typed = words.iter().map(|word| {
            let word = Acknowledgement(word.trim().to_owned());
            (word, "--acknowledge".to_owned())
        });
        let mut all: Vec<_> = typed.collect();
        let path = file.map_or_else(default_file, Path::to_owned);
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

    #[must_use]
    pub fn words(&self) -> BTreeSet<Acknowledgement> {
        self.words.iter().map(|(word, _)| word.clone()).collect()
    }

    /// The words that match no finding of the plan, with their origin. Words of other environments don't count:
    /// one file serves all of them. Nor do words of deployed stacks: a change set may need them.
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
            .filter(|(word, origin)| match stack(word) {
                Some(stack) if origin != "--acknowledge" => {
                    stack.starts_with(prefix) && !in_use.contains(stack)
                }
                _ => true,
            })
            .map(|(word, origin)| (word, origin.as_str()))
            .collect()
    }
}

/// The default file; commands run anywhere inside the repository.
fn default_file() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    here.ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from(FILE_NAME))
}

/// The stack of a well-formed word: `code:stack/subject:hash`.
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
        let [(word, origin)] = words.as_slice() else {
            panic!("{words:?}");
        };
        assert_eq!(origin, FILE_NAME);
        assert_eq!(stack(word), Some("lemonade-staging-network"));
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn incomplete_entries_are_refused() {
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
    fn a_malformed_word_has_no_stack() {
        for word in ["", "a", "a:b/c:d", "resource-replaced:network"] {
            assert_eq!(stack(&Acknowledgement(word.to_owned())), None, "{word}");
        }
    }
}
