//! The outcome: the first failure, the reaction to it, and the next step.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::execute::{Failure, Outcome, ResourceFailure, StepOutcome};
use crate::next_step::Situation;
use crate::plan::{Plan, StepId};

use crate::report::findings::{finding, help};
use crate::report::line::{Line, Tone};
use crate::report::plan::named;
use crate::report::style::OutputStyle;
use crate::report::wording::{StepVerb, count, listed, short, step_verb};

/// How many of those that were not begun are named.
const NAMED: usize = 6;

/// Whether a step ended in a way that needs attention.
#[must_use]
pub const fn is_failure(outcome: &StepOutcome) -> bool {
    matches!(
        outcome,
        StepOutcome::Failed(_) | StepOutcome::Blocked { .. } | StepOutcome::Stale { .. }
    )
}

/// The sign before a step that has ended, and its tone.
pub(crate) const fn sign(outcome: &StepOutcome, style: OutputStyle) -> (&'static str, Tone) {
    match outcome {
        StepOutcome::Done { .. } | StepOutcome::Unchanged => (style.done(), Tone::Good),
        StepOutcome::Failed(_) | StepOutcome::Blocked { .. } | StepOutcome::Stale { .. } => {
            (style.failed(), Tone::Bad)
        }
        StepOutcome::Skipped { .. } | StepOutcome::Detached => (style.skipped(), Tone::Dim),
    }
}

/// How a step ended, in a word or two.
pub(crate) fn label(verb: StepVerb, outcome: &StepOutcome) -> String {
    match outcome {
        StepOutcome::Done { .. } => verb.done.to_owned(),
        StepOutcome::Unchanged => "unchanged".to_owned(),
        StepOutcome::Failed(_) => "failed".to_owned(),
        StepOutcome::Blocked { .. } => "blocked".to_owned(),
        StepOutcome::Stale { .. } => "stale".to_owned(),
        StepOutcome::Skipped { .. } => "not started".to_owned(),
        StepOutcome::Detached => "detached".to_owned(),
    }
}

/// The cause, in a line; the whole outcome follows at the end.
pub(crate) fn summary(outcome: &StepOutcome) -> Vec<Line> {
    match outcome {
        StepOutcome::Failed(failure) => match &failure.cause {
            Some(cause) => vec![
                Line::at(4)
                    .plain(format!("{}: ", cause.logical_id))
                    .plain(&cause.reason)
                    .hanging(4),
            ],
            None => vec![Line::at(4).plain(&failure.message).hanging(4)],
        },
        StepOutcome::Stale { difference } => vec![Line::at(4).plain(difference).hanging(4)],
        StepOutcome::Done { .. }
        | StepOutcome::Unchanged
        | StepOutcome::Blocked { .. }
        | StepOutcome::Skipped { .. }
        | StepOutcome::Detached => Vec::new(),
    }
}

/// How to resume after an execution that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    pub command: String,
    /// What becomes of the operations in progress.
    pub after_exit: AfterExit,
}

/// What becomes of the started operations when this process exits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterExit {
    Continues,
    /// They stop with the CloudFormation of this run, whose state stays in a folder.
    Suspended {
        state: PathBuf,
    },
    /// They are gone with the CloudFormation of this run.
    Discarded {
        /// The command that begins anew, and keeps what it does.
        keeping: String,
    },
}

impl From<&str> for Resume {
    fn from(command: &str) -> Self {
        Self {
            command: command.to_owned(),
            after_exit: AfterExit::Continues,
        }
    }
}

/// The outcome of an execution that did not succeed; nothing for one that did.
///
/// `again` is the command that resumes it.
#[must_use]
pub fn outcome(plan: &Plan, outcome: &Outcome, again: &str) -> Vec<Line> {
    outcome_with_explanations(plan, outcome, &Resume::from(again), &BTreeMap::new())
}

/// The same, with what else is known of why a stack failed, by its name. It stands under what
/// CloudFormation says.
#[must_use]
pub fn outcome_with_explanations(
    plan: &Plan,
    outcome: &Outcome,
    resume: &Resume,
    why: &BTreeMap<String, Vec<Line>>,
) -> Vec<Line> {
    let ended = |belongs: fn(&StepOutcome) -> bool| {
        plan.steps
            .iter()
            .filter_map(|step| Some((step, outcome.steps.get(&step.id)?)))
            .filter(move |(_, outcome)| belongs(outcome))
    };
    let mut lines = Vec::new();
    let failed = ended(is_failure).count();
    if failed > 0 {
        let text = format!("{} of {} failed", failed, count(plan.steps.len(), "step"));
        lines.push(Line::new());
        lines.push(
            Line::new()
                .and(Tone::Bad, "error")
                .plain(format!(": {text}")),
        );
    }
    for (step, ended) in ended(is_failure) {
        let stack = short(&step.stack, plan.environment);
        lines.push(Line::new());
        let title = Line::at(2).and(Tone::Strong, stack);
        match ended {
            StepOutcome::Failed(failure) => {
                lines.push(title.plain(format!(": {}", failure.message)));
                let why = why.get(&step.stack).map_or(&[][..], Vec::as_slice);
                lines.extend(failure_lines(failure, why));
            }
            StepOutcome::Blocked { findings } => {
                let text = ": change set not executed: it contains unacknowledged changes";
                lines.push(title.plain(text));
                for one in findings {
                    lines.extend(finding(one, plan.environment));
                }
            }
            StepOutcome::Stale { difference } => {
                let text = ": changed since the plan was made; nothing was done to it";
                lines.push(title.plain(text));
                lines.push(Line::at(4).plain(difference));
            }
            _ => {}
        }
    }
    lines.extend(not_started(plan, outcome));
    let in_progress: Vec<&str> = ended(|one| matches!(one, StepOutcome::Detached))
        .map(|(step, _)| short(&step.stack, plan.environment))
        .collect();
    let any = |belongs: fn(&StepOutcome) -> bool| ended(belongs).count() > 0;
    if outcome.detached {
        lines.extend(interrupted(plan, &in_progress, resume));
    } else if any(|one| matches!(one, StepOutcome::Failed(_))) {
        lines.push(Line::new());
        lines.push(Line::new().plain(Situation::StepFailed.to_string()));
        lines.push(Line::command(2, &resume.command));
    } else if any(|one| matches!(one, StepOutcome::Stale { .. })) {
        lines.push(Line::new());
        lines.push(Line::new().plain(Situation::StackChangedSincePlan.to_string()));
        lines.push(Line::command(2, &resume.command));
    }
    lines
}

/// Root cause first, then what was done about it, then what to do.
fn failure_lines(failure: &Failure, why: &[Line]) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(cause) = &failure.cause {
        lines.extend(resource(cause, Tone::Bad));
    }
    lines.extend_from_slice(why);
    if !failure.others.is_empty() {
        lines.push(Line::at(4).and(Tone::Dim, "also failed:"));
        for other in &failure.others {
            lines.extend(resource(other, Tone::Plain));
        }
    }
    if let Some(aftermath) = &failure.aftermath {
        lines.push(Line::at(4).and(Tone::Dim, "then: ").plain(aftermath));
    }
    if let Some(hint) = &failure.hint {
        lines.extend(help(hint));
    }
    lines
}

fn resource(failure: &ResourceFailure, tone: Tone) -> Vec<Line> {
    let first = Line::at(4)
        .and(tone, &failure.logical_id)
        .plain("  ")
        .and(Tone::Dim, &failure.resource_type)
        .plain("  ")
        .and(tone, &failure.status);
    let mut lines = vec![first, Line::at(6).plain(&failure.reason).hanging(6)];
    if let Some(id) = &failure.physical_id {
        lines.push(Line::at(6).whole(Tone::Dim, id));
    }
    lines
}

/// Those that were not begun, grouped by what kept them from it.
fn not_started(plan: &Plan, outcome: &Outcome) -> Vec<Line> {
    let mut by_cause: BTreeMap<&StepId, Vec<String>> = BTreeMap::new();
    for step in &plan.steps {
        if let Some(StepOutcome::Skipped { because }) = outcome.steps.get(&step.id) {
            let steps = by_cause.entry(because).or_default();
            steps.push(named(plan, step));
        }
    }
    by_cause
        .into_iter()
        .flat_map(|(because, steps)| {
            let cause = plan.steps.iter().find(|step| step.id == *because);
            let cause = cause.map_or_else(|| because.to_string(), |step| named(plan, step));
            let text = format!("not started, blocked by {cause}: {}", listed(&steps, NAMED));
            [Line::new(), Line::at(2).plain(text).hanging(4)]
        })
        .collect()
}

/// An interrupted execution: the operations in progress, and how to reattach.
fn interrupted(plan: &Plan, in_progress: &[&str], resume: &Resume) -> Vec<Line> {
    let stacks = listed(in_progress, plan.steps.len());
    let text = match &resume.after_exit {
        _ if in_progress.is_empty() => "interrupted; no operation is in progress".to_owned(),
        AfterExit::Continues => format!("interrupted; CloudFormation is still working on {stacks}"),
        AfterExit::Suspended { state } => format!(
            "interrupted; the local CloudFormation stops with this command, in the middle of {stacks}; its state is kept in {}",
            state.display()
        ),
        AfterExit::Discarded { .. } => format!(
            "interrupted; the local CloudFormation stops with this command, and the state of {stacks} is lost"
        ),
    };
    let (situation, command) = match &resume.after_exit {
        AfterExit::Continues => (Situation::Interrupted, &resume.command),
        AfterExit::Suspended { .. } => (Situation::InterruptedLocally, &resume.command),
        AfterExit::Discarded { keeping } => (Situation::InterruptedWithoutState, keeping),
    };
    vec![
        Line::new(),
        Line::new().plain(text),
        Line::at(2)
            .and(Tone::Dim, "= help: ")
            .plain(situation.to_string())
            .hanging(4),
        Line::command(4, command),
    ]
}

/// One line for an execution that succeeded.
#[must_use]
pub fn success(plan: &Plan, took: &str) -> Line {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for step in &plan.steps {
        *counts.entry(step_verb(step).done).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(word, number)| format!("{number} {word}"))
        .collect();
    let parts = if parts.is_empty() {
        "nothing to do".to_owned()
    } else {
        parts.join(", ")
    };
    Line::new()
        .and(Tone::Good, "done")
        .plain(format!(": {parts} in {}, in {took}", plan.environment))
}
