//! Check results and explanations.

use crate::report::line::{Line, Tone};
use crate::report::style::OutputStyle;
use crate::report::wording::listed;

use crate::diagnose::{Evidence, Explanation};
use crate::inspect::check_result::{CheckResult, CheckStatus, NextAction, worst};
use crate::inspect::health::Health;

/// Where the states stand, and the messages.
const STATES: usize = 17;
const MESSAGES: usize = 28;

/// How many subjects of one result are named.
const NAMED: usize = 4;

/// In a narrower terminal, everything moves to the left.
const NARROW: usize = 60;

const fn tone(state: CheckStatus) -> Tone {
    match state {
        CheckStatus::Fine => Tone::Good,
        CheckStatus::Note => Tone::Dim,
        CheckStatus::Attention => Tone::Warn,
        CheckStatus::Broken => Tone::Bad,
    }
}

/// The doctor's results, with a verdict. `title` says of what.
#[must_use]
pub fn results(title: &str, results: &[CheckResult], style: OutputStyle) -> Vec<Line> {
    let mut lines = steps(title, results, style);
    lines.push(Line::new());
    lines.push(verdict(results));
    lines
}

/// Results without a verdict, for what is known without any call.
#[must_use]
pub fn steps(title: &str, results: &[CheckResult], style: OutputStyle) -> Vec<Line> {
    let mut lines = vec![Line::new().and(Tone::Strong, title), Line::new()];
    let mut area = None;
    for result in results {
        let is_new = area.replace(result.area) != Some(result.area);
        let label = if is_new { result.area.as_str() } else { "" };
        lines.extend(result_lines(result, label, style));
    }
    lines
}

/// How an environment stands, as one screen.
#[must_use]
pub fn health(health: &Health, style: OutputStyle) -> Vec<Line> {
    let Health {
        environment,
        account,
        region,
        ..
    } = health;
    let at = health.at.map_or_else(String::new, |at| format!(", {at}"));
    let title = format!("{environment}: account {account}, {region}{at}");
    results(&title, &health.results, style)
}

fn result_lines(result: &CheckResult, label: &str, style: OutputStyle) -> Vec<Line> {
    let text = if result.subjects.is_empty() {
        result.message.clone()
    } else {
        let subjects = listed(&result.subjects, NAMED);
        format!("{subjects}: {}", result.message)
    };
    let (state, tone) = (result.state.as_str(), tone(result.state));
    let mut lines = if style.width < NARROW {
        let line = Line::at(2).and(tone, state).plain(": ");
        let heading = (!label.is_empty()).then(|| Line::new().and(Tone::Strong, label));
        heading
            .into_iter()
            .chain([line.plain(text).hanging(4)])
            .collect()
    } else {
        let line = Line::at(2).and(Tone::Strong, label).to(STATES);
        vec![
            line.and(tone, state)
                .to(MESSAGES)
                .plain(text)
                .hanging(MESSAGES),
        ]
    };
    lines.extend(result.next.iter().map(next));
    lines
}

fn next(next: &NextAction) -> Line {
    match next {
        // To be copied, so never broken.
        NextAction::Run(command) => Line::at(4)
            .and(Tone::Dim, "= run: ")
            .whole(Tone::Strong, command),
        NextAction::Open(page) => Line::at(4)
            .and(Tone::Dim, "= open: ")
            .whole(Tone::Plain, page),
        NextAction::Do(what) => Line::at(4).and(Tone::Dim, "= do: ").plain(what).hanging(10),
    }
}

fn verdict(results: &[CheckResult]) -> Line {
    let count = |state| results.iter().filter(|one| one.state == state).count();
    let worst = worst(results);
    let line = Line::new();
    match worst {
        CheckStatus::Fine | CheckStatus::Note => line.and(Tone::Good, "no problems found"),
        CheckStatus::Attention | CheckStatus::Broken => {
            let mut parts = Vec::new();
            for (state, one, many) in [
                (CheckStatus::Broken, "is broken", "are broken"),
                (CheckStatus::Attention, "needs attention", "need attention"),
            ] {
                match count(state) {
                    0 => {}
                    1 => parts.push(format!("1 {one}")),
                    number => parts.push(format!("{number} {many}")),
                }
            }
            line.and(tone(worst), parts.join(", "))
        }
    }
}

/// Why a service does not become steady, to stand under what CloudFormation says of it.
#[must_use]
pub fn explanations(explanations: &[Explanation], evidence: &Evidence) -> Vec<Line> {
    let mut lines = Vec::new();
    for explanation in explanations {
        let why = Line::at(4).and(Tone::Bad, "why: ");
        lines.push(why.plain(explanation.summary()).hanging(9));
        let log = explanation.lines.iter();
        lines.extend(log.map(|line| Line::at(6).and(Tone::Dim, "| ").plain(line).hanging(8)));
        if let Some(hint) = explanation.cause.hint() {
            let help = Line::at(4).and(Tone::Dim, "= help: ");
            lines.push(help.plain(hint).hanging(12));
        }
    }
    // What could not be seen matters where nothing was.
    if explanations.is_empty() {
        lines.extend(evidence.errors.iter().map(|trouble| {
            let note = Line::at(4).and(Tone::Dim, "= note: ");
            note.plain(format!("no data from ECS: {trouble}"))
                .hanging(12)
        }));
    }
    lines
}
