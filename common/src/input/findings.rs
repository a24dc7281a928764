//! The findings that are collected while the inputs are read.
//!
//! Lives here: what turns spans into places once, at the end; and what removes the repetitions that
//! reading one application for two environments brings.

use super::Invalid;
use super::error::{InputError, InputErrors};
use super::source::{SourceFile, Span, locate};
use crate::environment::EnvironmentName;

/// A finding whose place is still a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    message: String,
    span: Span,
    of_file: bool,
    /// The environments in which this was found; none when it is so in all.
    environments: Vec<EnvironmentName>,
    notes: Vec<(String, Span)>,
    help: Vec<String>,
}

impl Finding {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span,
            of_file: false,
            environments: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// What makes it the same finding as another: all but the environment.
    fn key(&self) -> (Span, &str, &[(String, Span)], &[String]) {
        (self.span, &self.message, &self.notes, &self.help)
    }

    /// A key's value is refused.
    pub(crate) fn invalid(span: Span, key: &str, invalid: &Invalid) -> Self {
        let mut finding = Self::new(span, format!("invalid `{key}`: {invalid}"));
        finding.help.extend_from_slice(invalid.help());
        finding
    }

    /// Says that this is about the file as a whole.
    pub(crate) fn of_file(self) -> Self {
        Self {
            of_file: true,
            ..self
        }
    }

    /// Says in which environment this was found; the same in another one is joined with it.
    pub(crate) fn within(mut self, environment: EnvironmentName) -> Self {
        self.environments.push(environment);
        self
    }

    /// Adds another place; the note is continued with " at …".
    pub(crate) fn note(mut self, note: impl Into<String>, span: Span) -> Self {
        self.notes.push((note.into(), span));
        self
    }

    /// Adds what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// All findings so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    spanned: Vec<Finding>,
    files: Vec<InputError>,
}

impl Findings {
    pub(crate) fn push(&mut self, finding: Finding) {
        self.spanned.push(finding);
    }

    /// Adds a finding about a file as a whole, which need not exist.
    pub(crate) fn push_file(&mut self, path: &str, message: impl Into<String>, help: &[String]) {
        self.files.push(InputError {
            message: message.into(),
            path: path.to_owned(),
            place: None,
            notes: Vec::new(),
            help: help.to_vec(),
        });
    }

    /// The errors sorted by place, if there are any.
    pub(crate) fn into_result(mut self, files: &[SourceFile]) -> Result<(), InputErrors> {
        self.spanned
            .sort_by(|one, other| one.key().cmp(&other.key()));
        self.spanned.dedup_by(|later, earlier| {
            let same = later.key() == earlier.key();
            if same {
                earlier.environments.append(&mut later.environments);
                earlier.environments.sort_unstable();
                earlier.environments.dedup();
            }
            same
        });
        let mut errors = self.files;
        errors.extend(
            self.spanned
                .into_iter()
                .filter_map(|finding| render(finding, files)),
        );
        // Stable: findings of one file keep their order by span, those of the file come first.
        errors.sort_by(|one, other| one.path.cmp(&other.path));
        if errors.is_empty() {
            Ok(())
        } else {
            Err(InputErrors(errors))
        }
    }
}

fn render(finding: Finding, files: &[SourceFile]) -> Option<InputError> {
    // Every span comes from one of the files, so this is never none.
    let file = files.get(finding.span.file)?;
    let notes = finding.notes.into_iter().filter_map(|(note, span)| {
        let file = files.get(span.file)?;
        let place = locate(&file.content, span.start, span.end);
        Some(format!(
            "{note} at {}:{}:{}",
            file.path, place.line, place.column
        ))
    });
    let environments: Vec<&str> = finding
        .environments
        .iter()
        .map(|name| name.as_str())
        .collect();
    let within = (!environments.is_empty()).then(|| format!("in {}", environments.join(" and ")));
    let place = locate(&file.content, finding.span.start, finding.span.end);
    Some(InputError {
        message: finding.message,
        path: file.path.clone(),
        place: (!finding.of_file).then_some(place),
        notes: within.into_iter().chain(notes).collect(),
        help: finding.help,
    })
}
