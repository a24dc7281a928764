//! The approval of a deployment, and the note that it leaves in AWS.

use common::environment::EnvironmentName;

use super::actual_target::{ActualTarget, SavedCommit};
use super::checkout::DIRTY;
use super::expected_target::ExpectedTarget;
use super::refusal::{Refusal, commit_text};
use super::source::Source;
use provenance::Inputs;

/// Only [`check`](super::check) creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    environment: EnvironmentName,
    note: String,
    waived: Vec<Refusal>,
}

impl Approval {
    pub(super) fn new(
        expected: &ExpectedTarget,
        found: &ActualTarget,
        waived: Vec<Refusal>,
    ) -> Self {
        Self {
            environment: expected.environment,
            note: note(found, &waived),
            waived,
        }
    }

    #[must_use]
    pub const fn environment(&self) -> EnvironmentName {
        self.environment
    }

    /// The description of change sets: the commit, the caller, and the reason of `--break-glass`. The reason
    /// comes before the waived refusals, so that a description that is cut keeps it.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The refusals that `--break-glass` overrides.
    #[must_use]
    pub fn waived(&self) -> &[Refusal] {
        &self.waived
    }
}

fn note(found: &ActualTarget, waived: &[Refusal]) -> String {
    let mut note = match (&found.saved, &found.source) {
        // Its templates are deployed, not those of the checkout.
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
