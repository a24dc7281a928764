//! That something may be deployed, and what is noted about it.

use common::environment::EnvironmentName;

use super::expected::Expected;
use super::found::{DIRTY, Found, SavedCommit, Source};
use super::refusal::{Refusal, commit_text};
use provenance::Inputs;

/// That something may be deployed. Only [`check`](super::check) makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    environment: EnvironmentName,
    note: String,
    waived: Vec<Refusal>,
}

impl Permit {
    pub(super) fn new(expected: &Expected, found: &Found, waived: Vec<Refusal>) -> Self {
        Self {
            environment: expected.environment,
            note: note(found, &waived),
            waived,
        }
    }

    /// For which environment.
    #[must_use]
    pub const fn environment(&self) -> EnvironmentName {
        self.environment
    }

    /// What goes into the descriptions of change sets and into the log: which commit, who, and
    /// why the rules about sources were left aside, if they were. The reason comes first of what
    /// may be long, so that a description which has to be cut keeps it.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// What stood against it, and was waived by `--break-glass`.
    #[must_use]
    pub fn waived(&self) -> &[Refusal] {
        &self.waived
    }
}

fn note(found: &Found, waived: &[Refusal]) -> String {
    let mut note = match (&found.saved, &found.source) {
        // Its templates are what is deployed, whatever is checked out.
        (Some(SavedCommit(planned)), _) => made_from(planned.as_deref()),
        (None, Source::Checkout(checkout)) => {
            let code = made_from(Some(&version(&checkout.commit, &checkout.changed)));
            match &checkout.inputs {
                Some(inputs) => format!("{code} and input files of {}", inputs_text(inputs)),
                None => code,
            }
        }
        (None, source) => made_from(source.version().as_deref()),
    };
    if let Source::Release { .. } = &found.source {
        note.push_str(" (a release)");
    }
    note.push_str(" by ");
    note.push_str(&found.identity.arn);
    if let Some(reason) = &found.break_glass {
        note.push_str("; break-glass: ");
        note.push_str(reason.trim());
    }
    if !waived.is_empty() {
        let texts: Vec<String> = waived.iter().map(ToString::to_string).collect();
        note.push_str("; waived: ");
        note.push_str(&texts.join("; "));
    }
    note
}

fn made_from(version: Option<&str>) -> String {
    version.map_or_else(|| "an unknown commit".to_owned(), commit_text)
}

fn inputs_text(inputs: &Inputs) -> String {
    match &inputs.commit {
        Some(commit) => format!(
            "another repository's {}",
            commit_text(&version(commit, &inputs.changed))
        ),
        None => "no repository".to_owned(),
    }
}

fn version(commit: &str, changed: &[String]) -> String {
    let dirty = if changed.is_empty() { "" } else { DIRTY };
    format!("{commit}{dirty}")
}
