//! The steps of a forecast as a Gantt chart.

use std::fmt::Write as _;

use super::markup::escaped;
use crate::drawing::{Width, text_width};
use crate::report::{Forecast, Step};

const ROW: i32 = 26;
const SIZE: i32 = 12;

/// Columns of a chart, in pixels.
struct Columns {
    width: i32,
    /// Where the time axis begins.
    left: i32,
    right: i32,
    /// Whether names stand above their bars.
    is_stacked: bool,
}

/// Seconds as a person says them.
pub(super) fn duration(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

pub(super) fn name(step: &Step) -> String {
    match &step.phase {
        Some(phase) => format!("{} ({phase})", step.stack),
        None => step.stack.clone(),
    }
}

pub(super) fn gantt(forecast: &Forecast, environment: &str, width: Width) -> String {
    let mut steps: Vec<&Step> = forecast.steps.iter().collect();
    steps.sort_by_key(|step| (step.started, step.ended, &step.stack));
    let names = steps.iter().map(|step| text_width(&name(step), SIZE, true));
    let columns = match width {
        Width::Wide => {
            let left = names.max().unwrap_or_default().min(300) + 28;
            Columns {
                width: 960,
                left,
                right: 848,
                is_stacked: false,
            }
        }
        Width::Narrow => Columns {
            width: 356,
            left: 1,
            right: 270,
            is_stacked: true,
        },
    };
    let total = steps
        .iter()
        .map(|step| step.ended)
        .max()
        .unwrap_or(1)
        .max(1);
    let at = |seconds: u64| {
        let room = u64::try_from(columns.right - columns.left).unwrap_or_default();
        columns.left + i32::try_from(seconds * room / total).unwrap_or_default()
    };
    let row = if columns.is_stacked { ROW + 16 } else { ROW };
    let height = 24 + row * i32::try_from(steps.len()).unwrap_or_default() + 6;
    let id = format!(
        "gantt-{environment}-{}",
        if columns.is_stacked { "narrow" } else { "wide" }
    );
    let id = escaped(&id);
    let mut out = format!(
        r#"<svg class="drawing gantt" viewBox="0 0 {0} {height}" width="{0}" height="{height}" role="img" aria-labelledby="{id}-title {id}-description"><title id="{id}-title">When each step runs in {1}</title><desc id="{id}-description">{2}</desc>"#,
        columns.width,
        escaped(environment),
        escaped(&sentences(&steps))
    );
    let every = tick(total, if columns.is_stacked { 3 } else { 6 });
    let mut seconds = 0;
    while seconds <= total {
        let x = at(seconds);
        let _ = write!(
            out,
            r#"<line class="grid" x1="{x}" x2="{x}" y1="20" y2="{height}"/><text class="muted" x="{}" y="13">{}</text>"#,
            x + 2,
            duration(seconds)
        );
        seconds += every;
    }
    let mut y = 24;
    for step in steps {
        let is_critical = forecast.critical_path.contains(&step.stack);
        let diamond = if is_critical { "◆ " } else { "" };
        let label = escaped(&format!("{diamond}{}", name(step)));
        let bar = if columns.is_stacked { y + 18 } else { y + 5 };
        let (start, end) = (at(step.started), at(step.ended));
        let text = if columns.is_stacked { y + 13 } else { y + 17 };
        let _ = write!(
            out,
            r#"<text class="{}" x="1" y="{text}">{label}</text><rect class="bar-step{}" x="{start}" y="{bar}" width="{}" height="15" rx="3"/><text class="muted" x="{}" y="{}">{}</text>"#,
            if is_critical { "title" } else { "" },
            if is_critical { " critical" } else { "" },
            (end - start).max(3),
            end.max(start + 3) + 6,
            bar + 12,
            duration(step.ended.saturating_sub(step.started))
        );
        y += row;
    }
    out.push_str("</svg>");
    out
}

fn sentences(steps: &[&Step]) -> String {
    let sentences = steps.iter().map(|step| {
        format!(
            "{} is {} from {} to {}.",
            name(step),
            step.done,
            duration(step.started),
            duration(step.ended)
        )
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// A round distance between ticks, so that there are at most so many.
fn tick(total: u64, most: u64) -> u64 {
    const ROUND: [u64; 12] = [5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];
    let fitting = ROUND.iter().find(|every| total / **every <= most);
    fitting.copied().unwrap_or(86_400)
}
