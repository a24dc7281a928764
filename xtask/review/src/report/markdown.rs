//! The report as markdown, for a pull request's summary and comment.

use std::fmt::Write as _;

use super::wording::{subjects, told_details};
use super::{Report, Verdict};
use crate::consequence::Weight;

/// GitHub refuses comments above 65,536 characters; what does not fit is left out and said.
/// <https://github.com/orgs/community/discussions/41331>
pub const LIMIT: usize = 60_000;

/// The marker by which a workflow finds its comment to edit it.
pub const MARKER: &str = "<!-- infrastructure-review -->";

/// The line below the marker where nothing changes: then a workflow begins no comment.
pub const NOTHING: &str = "<!-- infrastructure-review: nothing changes -->";

/// The report as markdown of at most 60,000 characters.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = format!("{MARKER}\n");
    if report.is_empty() {
        let _ = writeln!(out, "{NOTHING}");
    }
    for one in &report.environments {
        let _ = writeln!(
            out,
            "**{}**: {}  ",
            one.environment,
            escaped(&one.verdict.to_string())
        );
    }
    for one in &report.environments {
        if let Verdict::Refused { error } = &one.verdict {
            let _ = write!(out, "\n{}\n", fenced(error));
        }
    }
    let all = report.environments.len();
    for (weight, title) in [
        (Weight::Severe, "Severe"),
        (Weight::Notable, "Notable"),
        (Weight::Minor, "Minor"),
    ] {
        let ones: Vec<_> = report
            .consequences
            .iter()
            .filter(|one| one.consequence.weight == weight)
            .collect();
        if ones.is_empty() {
            continue;
        }
        let folded = weight == Weight::Minor;
        if folded {
            let _ = writeln!(
                out,
                "\n<details><summary>{title} ({})</summary>\n",
                ones.len()
            );
        } else {
            let _ = writeln!(out, "\n### {title}\n");
        }
        for one in ones {
            let sentence = format!("{}: {}", subjects(&one.consequence), one.consequence.text);
            let _ = write!(out, "- **{}** {}", one.consequence.kind, escaped(&sentence));
            let details = told_details(one, all);
            if !details.is_empty() {
                let _ = write!(out, "<br><sub>{}</sub>", escaped(&details.join(" · ")));
            }
            out.push('\n');
        }
        if folded {
            out.push_str("\n</details>\n");
        }
    }
    access(&mut out, report);
    stacks(&mut out, report);
    let footer = format!("\n<sub>`{}`</sub>\n", report.command.replace('`', ""));
    limited(out, &footer)
}

/// Who reaches whom, as a difference: one line where it is the same everywhere.
fn access(out: &mut String, report: &Report) {
    let compared = report
        .environments
        .iter()
        .filter(|one| !one.stacks.is_empty());
    let compared: Vec<_> = compared.collect();
    if compared.is_empty() {
        return;
    }
    out.push_str("\n### Access\n\n");
    if compared.iter().all(|one| one.access.is_empty()) {
        out.push_str("Who reaches whom is unchanged.\n");
        return;
    }
    for one in compared {
        for sentence in one.access.sentences() {
            let _ = writeln!(out, "- {}: {}", one.environment, escaped(&sentence));
        }
    }
}

fn stacks(out: &mut String, report: &Report) {
    for one in report
        .environments
        .iter()
        .filter(|one| !one.stacks.is_empty())
    {
        let _ = writeln!(
            out,
            "\n<details><summary>Stacks of {}</summary>\n\n| | stack | + | ~ | - | ! |\n|---|---|---|---|---|---|",
            one.environment
        );
        for stack in &one.stacks {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} |",
                stack.sign.as_str(),
                stack.id,
                stack.added,
                stack.changed,
                stack.removed,
                stack.replaced
            );
        }
        out.push_str("\n</details>\n");
    }
}

/// Text that markdown and HTML take literally. The report quotes what the proposal's author wrote.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '@' | '!' | '~' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

/// A code block with a fence longer than any in the text.
fn fenced(text: &str) -> String {
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

fn limited(out: String, footer: &str) -> String {
    let note = "\n\n*The report is longer than a comment may be; the artifact `review` of the run has all of it.*\n";
    if out.chars().count() + footer.chars().count() <= LIMIT {
        return out + footer;
    }
    let room = LIMIT - footer.chars().count() - note.chars().count();
    let cut: String = out.chars().take(room).collect();
    let whole_lines = cut
        .rsplit_once('\n')
        .map_or(cut.as_str(), |(lines, _)| lines);
    format!("{whole_lines}{note}{footer}")
}
