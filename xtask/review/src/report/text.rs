//! The report as text of 80 columns, for a terminal.

use std::fmt::Write as _;

use cli_conventions::next_step;

use super::headline::number;
use super::wording::{sign, subjects, told_details};
use super::{EnvironmentReport, Report, Told, Verdict};
use crate::wrap::wrap;

/// The report as text. The first screen holds the verdicts, what a person has to do, and the worst consequences.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for one in &report.environments {
        wrap(
            &mut out,
            0,
            2,
            &format!("{}: {}", one.environment, one.verdict),
        );
    }
    for one in &report.environments {
        if let Verdict::Refused { error } = &one.verdict {
            let _ = write!(out, "\n{}\n", error.trim_end());
        }
    }
    duties(&mut out, report);
    if !report.consequences.is_empty() {
        out.push('\n');
    }
    let all = report.environments.len();
    for one in &report.consequences {
        consequence(&mut out, one, all);
    }
    for one in &report.environments {
        environment(&mut out, one);
    }
    let _ = write!(out, "\n{}\n", report.command);
    out
}

/// What a person has to do before merging and before deploying.
fn duties(out: &mut String, report: &Report) {
    let mut words: Vec<(&str, &str)> = Vec::new();
    let mut manual: Vec<String> = Vec::new();
    for one in &report.environments {
        let Some(forecast) = &one.forecast else {
            continue;
        };
        words.extend(
            forecast
                .missing()
                .map(|one| (one.word.as_str(), one.message.as_str())),
        );
        for blocker in &forecast.blockers {
            wrap(
                out,
                0,
                2,
                &format!(
                    "blocked: {}/{}: {}",
                    one.environment, blocker.stack, blocker.message
                ),
            );
            if let Some(hint) = &blocker.hint {
                wrap(out, 2, 4, &format!("= help: {hint}"));
            }
        }
        if !forecast.manual.is_empty() {
            manual.push(one.environment.clone());
        }
    }
    words.dedup();
    if !words.is_empty() {
        let _ = writeln!(
            out,
            "\nbefore merging, acknowledge in acknowledgements.toml, each with your reason:"
        );
        for (word, message) in words {
            wrap(out, 2, 4, &format!("# {message}"));
            let _ = writeln!(
                out,
                "  [[acknowledgement]]\n  word = \"{word}\"\n  reason = \"\""
            );
        }
    }
    if !manual.is_empty() {
        out.push('\n');
        for environment in manual {
            let _ = writeln!(
                out,
                "before deploying: {}",
                next_step::command("bootstrap", environment)
            );
        }
    }
}

fn consequence(out: &mut String, told: &Told, environments: usize) {
    let one = &told.consequence;
    let sentence = format!(
        "{} {:<12} {}: {}",
        sign(one.weight),
        one.kind.as_str(),
        subjects(one),
        one.text
    );
    wrap(out, 0, 15, &sentence);
    let details = told_details(told, environments);
    if !details.is_empty() {
        wrap(out, 15, 15, &details.join(" · "));
    }
}

fn environment(out: &mut String, one: &EnvironmentReport) {
    if one.stacks.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", one.environment);
    for stack in &one.stacks {
        let _ = writeln!(
            out,
            "  {} {:<22} +{} ~{} -{} !{}   {} bytes of 51,200",
            stack.sign.as_str(),
            stack.id,
            stack.added,
            stack.changed,
            stack.removed,
            stack.replaced,
            stack.bytes_after,
        );
    }
    let _ = writeln!(out, "    {} unchanged", number(one.unchanged, "stack"));
    for sentence in one.access.sentences() {
        wrap(out, 4, 6, &sentence);
    }
    for line in one.charges.lines() {
        wrap(out, 4, 6, &line);
    }
    if !one.quotas.is_empty() {
        let quotas: Vec<String> = one.quotas.iter().map(ToString::to_string).collect();
        wrap(out, 4, 6, &format!("quotas: {}", quotas.join(" · ")));
    }
    if let Some(forecast) = &one.forecast {
        for step in &forecast.steps {
            let phase = step
                .phase
                .as_deref()
                .map(|phase| format!(" ({phase})"))
                .unwrap_or_default();
            let _ = writeln!(
                out,
                "    {:>5} s to {:>5} s  {} {}{phase}",
                step.started, step.ended, step.stack, step.done
            );
        }
        if !forecast.critical_path.is_empty() {
            wrap(
                out,
                4,
                6,
                &format!("critical path: {}", forecast.critical_path.join(" → ")),
            );
        }
        for way_back in &forecast.ways_back {
            let (stack, resource) = (&way_back.stack, &way_back.resource);
            let seconds = way_back.seconds;
            wrap(
                out,
                4,
                6,
                &format!(
                    "if {stack} fails at the last resource, {resource}, it is back as before after {seconds} s"
                ),
            );
        }
        if let Some(failure) = &forecast.failure {
            wrap(
                out,
                4,
                6,
                &format!("the deployment fails in the emulator: {failure}"),
            );
        }
    }
}
