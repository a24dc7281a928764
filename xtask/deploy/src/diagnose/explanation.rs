//! From evidence to explanations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::cause::Cause;
use super::evidence::{Evidence, Target};
use super::messages;
use crate::inspect::services::Task;

/// How many lines of a log are shown.
const LINES: usize = 12;

/// How long a line of a log is shown.
const LETTERS: usize = 300;

/// A cause, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    #[serde(flatten)]
    pub cause: Cause,
    pub tasks: usize,
    /// The last lines that the last of them wrote.
    pub lines: Vec<String>,
}

impl Explanation {
    /// The cause and how often, in a line.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut text = self.cause.to_string();
        if self.tasks > 1 {
            // Writing to a text never fails.
            let _ = write!(text, " ({} tasks)", self.tasks);
        }
        text
    }
}

/// Why a service does not become steady, the most telling cause first. Nothing where it is not
/// known, or the service is well.
#[must_use]
pub fn explain(target: &Target, evidence: &Evidence) -> Vec<Explanation> {
    let path = target.health_path.as_deref();
    let mut causes: BTreeMap<Cause, Vec<&Task>> = BTreeMap::new();
    for task in evidence.tasks.values() {
        if let Some(cause) = messages::stop_cause(task, path) {
            causes.entry(cause).or_default().push(task);
        }
    }
    let mut said = |events: &[crate::inspect::services::ServiceEvent]| {
        for event in events {
            if let Some(cause) = messages::event_cause(&event.message, path) {
                causes.entry(cause).or_default();
            }
        }
    };
    said(&evidence.events);
    let reasons = evidence.deployments.values();
    for reason in reasons.filter_map(|deployment| deployment.reason.as_deref()) {
        if let Some(cause) = messages::event_cause(reason, path) {
            causes.entry(cause).or_default();
        }
    }
    if causes.keys().all(is_vague) {
        for event in &evidence.before {
            if let Some(cause) = messages::event_cause(&event.message, path) {
                causes.entry(cause).or_default();
            }
        }
    }
    join_health(&mut causes);
    if causes.keys().any(|cause| !is_vague(cause)) {
        causes.retain(|cause, _| !is_vague(cause));
    }
    causes
        .into_iter()
        .map(|(cause, tasks)| Explanation {
            lines: lines(evidence, &cause, &tasks),
            tasks: tasks.len(),
            cause,
        })
        .collect()
}

/// Whether a cause only repeats the symptom.
const fn is_vague(cause: &Cause) -> bool {
    matches!(cause, Cause::TasksFail | Cause::Throttled)
}

/// A stopped task says that its check failed, an event says what came instead: one cause, told by
/// the one that knows more.
fn join_health(causes: &mut BTreeMap<Cause, Vec<&Task>>) {
    let told = causes
        .keys()
        .find(|cause| {
            matches!(
                cause,
                Cause::Unhealthy {
                    answer: Some(_),
                    path: Some(_)
                }
            )
        })
        .cloned();
    let silent = causes
        .keys()
        .find(|cause| matches!(cause, Cause::Unhealthy { answer: None, .. }))
        .cloned();
    if let (Some(told), Some(silent)) = (told, silent)
        && let Some(tasks) = causes.remove(&silent)
    {
        causes.entry(told).or_default().extend(tasks);
    }
}

/// The last lines of the container that the cause is about, from the task that stopped last and left
/// some.
fn lines(evidence: &Evidence, cause: &Cause, tasks: &[&Task]) -> Vec<String> {
    let container = match cause {
        Cause::Exited { container, .. }
        | Cause::OutOfMemory { container }
        | Cause::CannotStart { container, .. } => Some(container.as_str()),
        Cause::Unhealthy { .. } => None,
        _ => return Vec::new(),
    };
    let mut tasks = tasks.to_vec();
    tasks.sort_by_key(|task| std::cmp::Reverse(task.stopped));
    let of_task = |task: &&Task| {
        let mut logs = evidence.lines.iter();
        logs.find_map(|((arn, name), lines)| {
            let fits = *arn == task.arn && container.is_none_or(|container| container == name);
            (fits && !lines.is_empty()).then_some(lines)
        })
    };
    let Some(lines) = tasks.iter().find_map(of_task) else {
        return Vec::new();
    };
    let skipped = lines.len().saturating_sub(LINES);
    lines
        .iter()
        .skip(skipped)
        .map(|line| line.text.trim_end().chars().take(LETTERS).collect())
        .collect()
}
