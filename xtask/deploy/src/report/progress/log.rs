//! Progress as lines with time and stack: for logs, which can't be redrawn.
//!
//! Not every resource is named: forty lines that all went well hide the one that did not. What a
//! stack is busy with is logged once a minute, so that silence is not mistaken for a hang.

use std::time::Duration;

use crate::execute::{Event, StepOutcome};
use crate::plan::StepId;
use cloudformation::StackEvent;

use super::state::{Progress, RowState, is_of_the_stack};
use crate::report::findings::finding;
use crate::report::line::{Line, Tone};
use crate::report::outcome;
use crate::report::style::OutputStyle;
use crate::report::wording::{self, count, elapsed, listed};

/// How long nothing may be said of a stack.
const HEARTBEAT: Duration = Duration::from_secs(60);

const NAMED: usize = 3;

#[derive(Clone, Debug, Default)]
pub struct Log {
    /// When the steps in progress were last logged.
    last: Duration,
}

impl Log {
    /// What an event is worth. The state has taken the event in already.
    pub fn event(
        &mut self,
        progress: &Progress,
        at: Duration,
        event: &Event,
        style: OutputStyle,
    ) -> Vec<Line> {
        match event {
            Event::Started { steps, concurrency } => {
                self.last = at;
                let text = format!("{}, up to {concurrency} at a time", count(*steps, "step"));
                vec![stamp(at).plain(text)]
            }
            Event::StepStarted { step, .. } => {
                let Some(row) = progress.row(step) else {
                    return Vec::new();
                };
                vec![stack_line(at, &row.stack).plain(row.verb.doing)]
            }
            Event::Waiting {
                step,
                status,
                since,
                until,
            } => {
                let since = since.as_ref().map(|since| format!(", since {since}"));
                let until = until.as_ref().map(|until| format!(", until {until}"));
                let text = format!(
                    "waiting for {status} to finish{}{}",
                    since.unwrap_or_default(),
                    until.unwrap_or_default()
                );
                step_line(progress, at, step, text)
            }
            Event::Retry {
                step,
                because,
                seconds,
            } => {
                let text = format!("{because}; retrying in {seconds} seconds");
                step_line(progress, at, step, text)
            }
            Event::DeadlineExceeded {
                step,
                status,
                minutes,
                remedy,
            } => {
                let text = format!(
                    "still {status} after {minutes} minutes; {}",
                    wording::remedy(*remedy)
                );
                step_line(progress, at, step, text)
            }
            Event::ChangeSet { step, changes } => {
                let text = format!("change set: {}", count(changes.len(), "resource"));
                step_line(progress, at, step, text)
            }
            Event::Finding { step, finding: one } => {
                let mut lines =
                    step_line(progress, at, step, "findings of the change set:".to_owned());
                lines.extend(finding(one, progress.environment));
                lines
            }
            Event::Status { step, status } => step_line(progress, at, step, status.to_string()),
            Event::Resource { step, resource } if has_failed(resource) => {
                let Some(row) = progress.row(step) else {
                    return Vec::new();
                };
                let line = stack_line(at, &row.stack)
                    .and(Tone::Bad, &resource.status)
                    .plain(format!(" {}", resource.logical_id));
                vec![match &resource.reason {
                    Some(reason) => line.plain(": ").plain(reason),
                    None => line,
                }]
            }
            Event::Resource { .. } => Vec::new(),
            Event::Warning { step, message } => match step {
                Some(step) => step_line(progress, at, step, message.clone()),
                None => vec![stamp(at).plain(message)],
            },
            Event::StepFinished { step, outcome } => {
                let Some(row) = progress.row(step) else {
                    return Vec::new();
                };
                let RowState::Finished { took, changed, .. } = &row.state else {
                    return Vec::new();
                };
                let (_, tone) = outcome::sign(outcome, style);
                let mut line =
                    stack_line(at, &row.stack).and(tone, outcome::label(row.verb, outcome));
                if *changed > 0 && outcome.is_success() {
                    line = line.plain(format!(", {}", count(*changed, "resource")));
                }
                if !took.is_zero() {
                    line = line.plain(format!(", after {}", elapsed(*took)));
                }
                let mut lines = vec![line];
                // The cause was said when it happened, and is told whole at the end.
                if !matches!(outcome, StepOutcome::Failed(failure) if failure.cause.is_some()) {
                    lines.extend(outcome::summary(outcome));
                }
                lines
            }
            Event::Finished {
                done,
                failed,
                skipped,
                detached,
            } => {
                let mut text = format!("{done} done, {failed} failed, {skipped} not started");
                if *detached {
                    text += "; interrupted before the end";
                }
                vec![stamp(at).plain(text)]
            }
        }
    }

    /// What is worth saying because time has passed.
    pub fn tick(&mut self, progress: &Progress, now: Duration) -> Vec<Line> {
        if now.saturating_sub(self.last) < HEARTBEAT {
            return Vec::new();
        }
        self.last = now;
        let mut lines = Vec::new();
        for row in &progress.rows {
            let RowState::Running(working) = &row.state else {
                continue;
            };
            let mut text = format!("still {}", row.verb.doing);
            if let Some(all) = working.resources {
                text += &format!(", {} of {all}", working.done.len().min(all));
            }
            let mut busy: Vec<_> = working.busy.iter().collect();
            busy.sort_by_key(|(name, (_, since))| (*since, *name));
            let busy: Vec<&String> = busy.into_iter().map(|(name, _)| name).collect();
            if !busy.is_empty() {
                text += &format!(": {}", listed(&busy, NAMED));
            }
            lines.push(stack_line(now, &row.stack).plain(text));
        }
        lines
    }
}

fn has_failed(resource: &StackEvent) -> bool {
    resource.status.is_failed() && !is_of_the_stack(resource)
}

fn step_line(progress: &Progress, at: Duration, step: &StepId, text: String) -> Vec<Line> {
    progress
        .row(step)
        .map(|row| stack_line(at, &row.stack).plain(text))
        .into_iter()
        .collect()
}

fn stamp(at: Duration) -> Line {
    Line::new()
        .and(Tone::Dim, format!("{:>7}", elapsed(at)))
        .plain("  ")
        .hanging(9)
}

/// A line with its time and its stack.
fn stack_line(at: Duration, stack: &str) -> Line {
    stamp(at).and(Tone::Strong, stack).to(29).hanging(29)
}
