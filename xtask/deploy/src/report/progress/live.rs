//! The state as a terminal shows it: what is going on, and below it one line for the whole.
//!
//! What has ended is not here: it is written once, above, and scrolls away like any other output.
//! So the picture has the height of the steps in progress, not of the environment, and never more
//! than the terminal's.

use cloudformation::LogicalId;
use std::time::Duration;

use super::state::{Progress, RowState, RunningStep, StepRow};
use crate::report::line::{Line, Tone, columns};
use crate::report::outcome;
use crate::report::style::OutputStyle;
use crate::report::wording::{count, elapsed};
use cloudformation::status::ResourceStatus;

/// Where the second and the third column begin, where there is room.
const SECOND: usize = 26;
const THIRD: usize = 40;

/// Below this width, columns are given up.
const NARROW: usize = 60;

/// How many resources of a stack are shown.
const RESOURCES: usize = 3;

/// The lines of what is going on, at most `rows` of them, each cut to the width.
#[must_use]
pub fn live(progress: &Progress, now: Duration, style: OutputStyle, rows: usize) -> Vec<Line> {
    let running: Vec<(&StepRow, &RunningStep)> = progress
        .rows
        .iter()
        .filter_map(|row| match &row.state {
            RowState::Running(working) => Some((row, working)),
            _ => None,
        })
        .collect();
    let room = rows.saturating_sub(1).max(1);
    // The stacks come first; what room is left is for their resources.
    let shown = if running.len() > room {
        room.saturating_sub(1)
    } else {
        running.len()
    };
    let spare = room.saturating_sub(running.len().min(room));
    let mut each = spare.checked_div(shown).unwrap_or(0).min(RESOURCES);
    if style.width < NARROW {
        each = each.min(1);
    }
    let frame = usize::try_from(now.as_millis() / 125).unwrap_or_default();
    let mut lines = Vec::new();
    for (row, working) in running.iter().take(shown) {
        lines.push(stack(row, working, now, style, frame));
        lines.extend(resources(working, now, style, each));
    }
    if running.len() > shown {
        let more = running.len() - shown;
        lines.push(Line::at(2).and(Tone::Dim, format!("and {}", count(more, "more stack"))));
    }
    lines.push(whole(progress, now, style));
    lines.iter().map(|line| line.truncated(style)).collect()
}

fn stack(
    row: &StepRow,
    working: &RunningStep,
    now: Duration,
    style: OutputStyle,
    frame: usize,
) -> Line {
    let line = Line::new()
        .and(Tone::Warn, style.spinner(frame))
        .plain(" ")
        .and(Tone::Strong, &row.stack);
    let took = elapsed(now.saturating_sub(working.since));
    let so_far = working
        .resources
        .map(|all| format!("{} of {all}", working.done.len().min(all)));
    let word = working.word.as_deref().unwrap_or(row.verb.doing);
    if style.width < NARROW {
        return line
            .plain(" ")
            .plain(word)
            .plain(so_far.map_or(String::new(), |so_far| format!(" {so_far}")))
            .and(Tone::Dim, format!(" {took}"));
    }
    let line = line.to(SECOND).plain(word);
    let line = match so_far {
        Some(so_far) => line.to(THIRD).plain(so_far),
        None => line,
    };
    right(line, &took, style)
}

/// The resources that have taken longest, which explain a wait best.
fn resources(working: &RunningStep, now: Duration, style: OutputStyle, most: usize) -> Vec<Line> {
    let mut busy: Vec<(&LogicalId, &(ResourceStatus, Duration))> = working.busy.iter().collect();
    busy.sort_by_key(|(name, (_, since))| (*since, *name));
    let all = busy.len();
    busy.truncate(most);
    let shown = busy.len();
    busy.into_iter()
        .enumerate()
        .map(|(index, (name, (status, since)))| {
            let last = index + 1 == shown;
            let branch = if last {
                style.last_branch()
            } else {
                style.branch()
            };
            let line = Line::at(2).and(Tone::Dim, branch).plain(" ").plain(name);
            if style.width < NARROW {
                return line;
            }
            let line = line.to(THIRD).and(Tone::Dim, status);
            let line = if last && all > shown {
                line.and(Tone::Dim, format!(", {} more", all - shown))
            } else {
                line
            };
            right(line, &elapsed(now.saturating_sub(*since)), style)
        })
        .collect()
}

fn whole(progress: &Progress, now: Duration, style: OutputStyle) -> Line {
    let ended = progress.count(|state| matches!(state, RowState::Finished { .. }));
    let running = progress.count(|state| matches!(state, RowState::Running(_)));
    let waiting = progress.count(|state| matches!(state, RowState::Pending));
    let failed = progress.count(|state| match state {
        RowState::Finished { outcome, .. } => outcome::is_failure(outcome),
        _ => false,
    });
    let mut line = Line::at(2).plain(format!("{ended} of {} done", progress.rows.len()));
    let dot = format!(" {} ", style.dot());
    if failed > 0 {
        line = line
            .and(Tone::Dim, &dot)
            .and(Tone::Bad, format!("{failed} failed"));
    }
    if running > 0 {
        line = line
            .and(Tone::Dim, &dot)
            .plain(format!("{running} in progress"));
    }
    if waiting > 0 {
        line = line
            .and(Tone::Dim, &dot)
            .plain(format!("{waiting} waiting"));
    }
    right(line, &elapsed(now), style)
}

/// Puts a text at the right edge, but not further right than where eyes find it.
pub(super) fn right(line: Line, text: &str, style: OutputStyle) -> Line {
    let column = style.width.min(80).saturating_sub(columns(text) + 1);
    // What is too long gives way: the time is what tells that something still moves.
    let line = if line.width() >= column {
        line.truncated(OutputStyle {
            width: column.saturating_sub(1),
            ..style
        })
    } else {
        line
    };
    line.to(column).and(Tone::Dim, text)
}

/// What stays on the screen of a step that has ended.
#[must_use]
pub fn ended(row: &StepRow, style: OutputStyle) -> Vec<Line> {
    let RowState::Finished {
        took,
        outcome,
        changed,
    } = &row.state
    else {
        return Vec::new();
    };
    let (sign, tone) = outcome::sign(outcome, style);
    let line = Line::new()
        .and(tone, sign)
        .plain(" ")
        .and(Tone::Strong, &row.stack);
    let word = outcome::label(row.verb, outcome);
    let told = *changed > 0 && outcome.is_success();
    let resources = told.then(|| count(*changed, "resource"));
    let first = if style.width < NARROW {
        let line = line.plain(" ").and(tone, word);
        line.and(Tone::Dim, format!(" {}", elapsed(*took)))
    } else {
        let line = line.to(SECOND).and(tone, word);
        let line = match resources {
            Some(resources) => line.to(THIRD).plain(resources),
            None => line,
        };
        right(line, &elapsed(*took), style)
    };
    let mut lines = vec![first];
    lines.extend(outcome::summary(outcome));
    lines
}
