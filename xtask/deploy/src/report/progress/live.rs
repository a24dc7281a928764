//! The state as a terminal shows it: what is going on, and below it one line for the whole.
//!
//! What has ended is not here: it is written once, above, and scrolls away like any other output.
//! So the picture has the height of what goes on at a time, not of the environment, and never more
//! than the terminal's.

use std::time::Duration;

use cloudformation::status::ResourceStatus;

use super::state::{Progress, Row, RowState, Working};
use crate::report::line::{Line, Tone};
use crate::report::look::Look;
use crate::report::outcome;
use crate::report::wording::{count, elapsed};

/// Where the second and the third column begin, where there is room.
const SECOND: usize = 26;
const THIRD: usize = 40;

/// Below this width, columns are given up.
const NARROW: usize = 60;

/// How many resources of a stack are shown.
const RESOURCES: usize = 3;

/// The lines of what is going on, at most `rows` of them, each cut to the width.
#[must_use]
pub fn live(progress: &Progress, now: Duration, look: Look, rows: usize) -> Vec<Line> {
    let going_on: Vec<(&Row, &Working)> = progress
        .rows
        .iter()
        .filter_map(|row| match &row.state {
            RowState::GoingOn(working) => Some((row, working)),
            _ => None,
        })
        .collect();
    let room = rows.saturating_sub(1).max(1);
    // The stacks come first; what room is left is for their resources.
    let shown = if going_on.len() > room {
        room.saturating_sub(1)
    } else {
        going_on.len()
    };
    let spare = room.saturating_sub(going_on.len().min(room));
    let mut each = spare.checked_div(shown).unwrap_or(0).min(RESOURCES);
    if look.width < NARROW {
        each = each.min(1);
    }
    let frame = usize::try_from(now.as_millis() / 125).unwrap_or_default();
    let mut lines = Vec::new();
    for (row, working) in going_on.iter().take(shown) {
        lines.push(stack(row, working, now, look, frame));
        lines.extend(resources(working, now, look, each));
    }
    if going_on.len() > shown {
        let more = going_on.len() - shown;
        lines.push(Line::at(2).and(Tone::Dim, format!("and {}", count(more, "more stack"))));
    }
    lines.push(whole(progress, now, look));
    lines.iter().map(|line| line.cut(look)).collect()
}

fn stack(row: &Row, working: &Working, now: Duration, look: Look, frame: usize) -> Line {
    let line = Line::new()
        .and(Tone::Warn, look.spinner(frame))
        .plain(" ")
        .and(Tone::Strong, &row.stack);
    let took = elapsed(now.saturating_sub(working.since));
    let so_far = working
        .resources
        .map(|all| format!("{} of {all}", working.done.len().min(all)));
    let word = working.word.as_deref().unwrap_or(row.work.doing);
    if look.width < NARROW {
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
    right(line, &took, look)
}

/// Whatever has taken longest is what somebody who waits wants to know.
fn resources(working: &Working, now: Duration, look: Look, most: usize) -> Vec<Line> {
    let mut busy: Vec<(&String, &(ResourceStatus, Duration))> = working.busy.iter().collect();
    busy.sort_by_key(|(name, (_, since))| (*since, *name));
    let all = busy.len();
    busy.truncate(most);
    let shown = busy.len();
    busy.into_iter()
        .enumerate()
        .map(|(index, (name, (status, since)))| {
            let last = index + 1 == shown;
            let branch = if last {
                look.last_branch()
            } else {
                look.branch()
            };
            let line = Line::at(2).and(Tone::Dim, branch).plain(" ").plain(name);
            if look.width < NARROW {
                return line;
            }
            let line = line.to(THIRD).and(Tone::Dim, status);
            let line = if last && all > shown {
                line.and(Tone::Dim, format!(", {} more", all - shown))
            } else {
                line
            };
            right(line, &elapsed(now.saturating_sub(*since)), look)
        })
        .collect()
}

fn whole(progress: &Progress, now: Duration, look: Look) -> Line {
    let ended = progress.count(|state| matches!(state, RowState::Ended { .. }));
    let going_on = progress.count(|state| matches!(state, RowState::GoingOn(_)));
    let waiting = progress.count(|state| matches!(state, RowState::NotBegun));
    let failed = progress.count(|state| match state {
        RowState::Ended { outcome, .. } => outcome::is_failure(outcome),
        _ => false,
    });
    let mut line = Line::at(2).plain(format!("{ended} of {} done", progress.rows.len()));
    let dot = format!(" {} ", look.dot());
    if failed > 0 {
        line = line
            .and(Tone::Dim, &dot)
            .and(Tone::Bad, format!("{failed} failed"));
    }
    if going_on > 0 {
        line = line
            .and(Tone::Dim, &dot)
            .plain(format!("{going_on} going on"));
    }
    if waiting > 0 {
        line = line
            .and(Tone::Dim, &dot)
            .plain(format!("{waiting} waiting"));
    }
    right(line, &elapsed(now), look)
}

/// Puts a text at the right edge, but not further right than where eyes find it.
pub(super) fn right(line: Line, text: &str, look: Look) -> Line {
    let column = look.width.min(80).saturating_sub(text.chars().count() + 1);
    // What is too long gives way: the time is what tells that something still moves.
    let line = if line.width() >= column {
        line.cut(Look {
            width: column.saturating_sub(1),
            ..look
        })
    } else {
        line
    };
    line.to(column).and(Tone::Dim, text)
}

/// What stays on the screen of a step that has ended.
#[must_use]
pub fn ended(row: &Row, look: Look) -> Vec<Line> {
    let RowState::Ended {
        took,
        outcome,
        changed,
    } = &row.state
    else {
        return Vec::new();
    };
    let (sign, tone) = outcome::sign(outcome, look);
    let line = Line::new()
        .and(tone, sign)
        .plain(" ")
        .and(Tone::Strong, &row.stack);
    let word = outcome::word(row.work, outcome);
    let told = *changed > 0 && outcome.is_success();
    let resources = told.then(|| count(*changed, "resource"));
    let first = if look.width < NARROW {
        let line = line.plain(" ").and(tone, word);
        line.and(Tone::Dim, format!(" {}", elapsed(*took)))
    } else {
        let line = line.to(SECOND).and(tone, word);
        let line = match resources {
            Some(resources) => line.to(THIRD).plain(resources),
            None => line,
        };
        right(line, &elapsed(*took), look)
    };
    let mut lines = vec![first];
    lines.extend(outcome::in_short(outcome));
    lines
}
