//! The report as one HTML page: no script, no network, and nothing of the definition that is not escaped.
//!
//! A page is made by the proposal's own code and opened by a reviewer, so its policy forbids every request and every
//! script. Folds are `<details>`; the filters are radio buttons that the style sheet reads.

mod consequences;
mod gantt;
mod markup;
mod stacks;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cli_conventions::next_step;
use markup::{escaped, prose, slug};

use super::headline::Counts;
use super::{EnvironmentReport, Forecast, Report, Revision, Verdict, number};
use crate::consequence::Weight;
use crate::drawing::{COLOURS, Drawing, Mark, STYLE as DRAWING_STYLE, Width};
use crate::environment::Environment;

const STYLE: &str = include_str!("page.css");

/// Forbids scripts and requests, whatever the page holds.
/// <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy>
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The report as a page, with a drawing for each environment that has one.
#[must_use]
pub fn html(report: &Report, drawings: &[Drawing]) -> String {
    let mut sections: Vec<(&str, &str, String)> = Vec::new();
    let todo = todo(report);
    if !todo.is_empty() {
        sections.push(("todo", "What a person has to do", todo));
    }
    if !report.consequences.is_empty() {
        sections.push((
            "consequences",
            "Consequences",
            consequences::section(report),
        ));
    }
    let drawn: String = drawings.iter().map(drawing).collect();
    if !drawn.is_empty() {
        let legend = if drawings.iter().any(|one| one.is_change) {
            legend()
        } else {
            String::new()
        };
        sections.push(("drawing", "Drawing", legend + &drawn));
    }
    let stacks: String = report.environments.iter().map(stacks::section).collect();
    if !stacks.is_empty() {
        sections.push(("stacks", "Stacks", stacks));
    }
    let times: String = report.environments.iter().map(times).collect();
    if !times.is_empty() {
        sections.push(("time", "Order and time", times));
    }
    let mut body = String::from("<header><h1>Infrastructure review</h1>");
    let _ = write!(
        body,
        "<p class=\"sub\">{} compared with {}</p>",
        revision(&report.proposal, "the files as they are"),
        revision(&report.base, "the base")
    );
    if !sections.is_empty() {
        body.push_str("<nav aria-label=\"Sections\"><ul>");
        for (id, title, _) in &sections {
            let _ = write!(body, "<li><a href=\"#{id}\">{title}</a></li>");
        }
        body.push_str("</ul></nav>");
    }
    body.push_str("</header><main id=\"main\"><ul class=\"verdicts\">");
    for one in &report.environments {
        let is_severe = report.consequences.iter().any(|told| {
            told.consequence.weight == Weight::Severe
                && told.environments.contains(&one.environment)
        });
        verdict(&mut body, one, is_severe);
    }
    body.push_str("</ul>");
    for (id, title, content) in &sections {
        let _ = write!(
            body,
            "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>{content}</section>"
        );
    }
    let _ = write!(
        body,
        "</main><footer><p>Made with <code>{}</code>. Times are those of the emulator, in virtual time.</p></footer>",
        escaped(&report.command)
    );
    let page = Page {
        title: "Infrastructure review",
        style: &consequences::filter_style(report),
        body: &body,
    };
    page.html()
}

/// A page about one environment without a change.
#[must_use]
pub fn environment_page(environment: &Environment) -> String {
    let drawn = Drawing::of(environment);
    let mut body = format!(
        "<header><h1>Environment {}</h1><p class=\"sub\">{} with {}</p></header><main id=\"main\">{}",
        escaped(&environment.name),
        number(environment.stacks().len(), "stack"),
        number(environment.resources().count(), "resource"),
        figure(&drawn)
    );
    body.push_str("<section aria-labelledby=\"stacks\"><h2 id=\"stacks\">Stacks</h2>");
    for (id, stack) in environment.stacks() {
        stacks::listed(&mut body, id, stack);
    }
    body.push_str("</section></main><footer><p>Drawn from the synthesized templates.</p></footer>");
    let page = Page {
        title: &format!("Environment {}", environment.name),
        style: "",
        body: &body,
    };
    page.html()
}

struct Page<'a> {
    /// Plain text.
    title: &'a str,
    /// CSS besides what all pages have.
    style: &'a str,
    /// HTML.
    body: &'a str,
}

impl Page<'_> {
    fn html(&self) -> String {
        let Self { title, style, body } = self;
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{}</title><style>{COLOURS}{STYLE}{DRAWING_STYLE}{style}</style></head>\
         <body><a class=\"skip\" href=\"#main\">Skip to the content</a>{body}</body></html>\n",
            escaped(title)
        )
    }
}

fn revision(revision: &Revision, otherwise: &str) -> String {
    match &revision.commit {
        Some(commit) => {
            let short: String = commit.chars().take(12).collect();
            format!("commit <code>{}</code>", escaped(&short))
        }
        None => otherwise.to_owned(),
    }
}

fn verdict(out: &mut String, one: &EnvironmentReport, is_severe: bool) {
    let (class, state) = match &one.verdict {
        Verdict::Unchanged { .. } => ("unchanged", "– unchanged"),
        Verdict::Changes(_) if is_severe => {
            ("warns", "▲ can be deployed, with severe consequences")
        }
        Verdict::Changes(_) => ("deploys", "✓ can be deployed"),
        Verdict::Blocked { .. } => ("blocked", "✕ blocked"),
        Verdict::Refused { .. } => ("refused", "✕ refused"),
    };
    let _ = write!(
        out,
        "<li class=\"verdict {class}\"><h2>{} <span class=\"state\">{state}</span></h2>",
        escaped(&one.environment)
    );
    match &one.verdict {
        Verdict::Unchanged { .. } => {
            let _ = write!(out, "<p>{}</p>", escaped(&one.verdict.to_string()));
        }
        Verdict::Refused { error } => {
            let _ = write!(
                out,
                "<p>The proposal is not a valid definition:</p><pre>{}</pre>",
                escaped(error.trim_end())
            );
        }
        Verdict::Changes(found) => counts(out, found),
        Verdict::Blocked {
            acknowledgements,
            blockers,
            counts: found,
        } => {
            let mut why = Vec::new();
            if *blockers > 0 {
                why.push(number(*blockers, "blocking finding"));
            }
            if *acknowledgements > 0 {
                why.push(format!(
                    "{} needed",
                    number(*acknowledgements, "acknowledgement")
                ));
            }
            let _ = write!(out, "<p><strong>{}</strong></p>", why.join(", "));
            counts(out, found);
        }
    }
    out.push_str("</li>");
}

fn counts(out: &mut String, counts: &Counts) {
    let _ = write!(
        out,
        "<ul><li><b>{}</b> of {} change</li>",
        counts.changed,
        number(counts.of, "stack")
    );
    for (count, one, many) in counts.parts() {
        let class = if count == 0 { " class=\"zero\"" } else { "" };
        let noun = if count == 1 { one } else { many };
        let _ = write!(out, "<li{class}><b>{count}</b> {noun}</li>");
    }
    if let (Some(passes), Some(minutes)) = (counts.passes, counts.minutes) {
        let passes = number(usize::try_from(passes).unwrap_or_default(), "pass");
        let _ = write!(out, "<li>settles in {passes}, about {minutes} min</li>");
    }
    out.push_str("</ul>");
}

/// Before merging, then before deploying; empty where there is nothing to do.
fn todo(report: &Report) -> String {
    let mut items = String::new();
    let forecasts: Vec<(&str, &Forecast)> = report
        .environments
        .iter()
        .filter_map(|one| Some((one.environment.as_str(), one.forecast.as_ref()?)))
        .collect();
    for (environment, forecast) in &forecasts {
        for blocker in &forecast.blockers {
            let _ = write!(
                items,
                "<li><strong>Before merging</strong>, solve what blocks <code>{}/{}</code>: {}",
                escaped(environment),
                escaped(&blocker.stack),
                prose(&blocker.message)
            );
            if let Some(hint) = &blocker.hint {
                let _ = write!(items, "<br>{}", prose(hint));
            }
            items.push_str("</li>");
        }
    }
    let mut words: Vec<(&str, Vec<&str>)> = Vec::new();
    for (_, forecast) in &forecasts {
        for one in forecast.missing() {
            let message = one.message.as_str();
            match words.iter_mut().find(|(word, _)| *word == one.word) {
                Some((_, messages)) if messages.contains(&message) => {}
                Some((_, messages)) => messages.push(message),
                None => words.push((&one.word, vec![message])),
            }
        }
    }
    if !words.is_empty() {
        let mut block = String::new();
        for (word, messages) in words {
            for message in messages {
                let _ = writeln!(block, "# {message}");
            }
            let _ = writeln!(
                block,
                "[[acknowledgement]]\nword = \"{word}\"\nreason = \"\"\n"
            );
        }
        let _ = write!(
            items,
            "<li><strong>Before merging</strong>, acknowledge in <code>acknowledgements.toml</code>, each with your reason:<pre>{}</pre></li>",
            escaped(block.trim_end())
        );
    }
    let manual: Vec<&(&str, &Forecast)> = forecasts
        .iter()
        .filter(|(_, forecast)| !forecast.manual.is_empty())
        .collect();
    if !manual.is_empty() {
        let stacks: BTreeSet<&str> = manual
            .iter()
            .flat_map(|(_, forecast)| forecast.manual.iter().map(String::as_str))
            .collect();
        let stacks: Vec<String> = stacks
            .into_iter()
            .map(|stack| format!("<code>{}</code>", escaped(stack)))
            .collect();
        let commands: Vec<String> = manual
            .iter()
            .map(|(environment, _)| next_step::command("bootstrap", environment))
            .collect();
        let _ = write!(
            items,
            "<li><strong>Before deploying</strong>, apply what no pipeline may change, {}:<pre>{}</pre></li>",
            stacks.join(" and "),
            escaped(&commands.join("\n"))
        );
    }
    if items.is_empty() {
        return items;
    }
    format!("<ol class=\"todo\">{items}</ol>")
}

fn legend() -> String {
    let marks = [Mark::Added, Mark::Changed, Mark::Replaced, Mark::Removed].map(|mark| {
        let (sign, word) = (mark.sign(), mark.word());
        format!("<li><span class=\"tag {word}\">{sign} {word}</span></li>")
    });
    format!(
        "<p>An arrow leads from the side that opens a connection, with its ports.</p><ul class=\"legend\" aria-label=\"Marks in the drawings\">{}</ul>",
        marks.concat()
    )
}

fn drawing(drawing: &Drawing) -> String {
    let mut caption = String::new();
    if drawing.is_change {
        let marked = drawing.marked();
        caption = match marked {
            0 => "Nothing that is drawn changes.".to_owned(),
            count => format!("Marked: {}.", number(count, "box")),
        };
        if !drawing.undrawn.is_empty() {
            let _ = write!(
                caption,
                " Outside of the drawing change {}.",
                drawing.undrawn.join(", ")
            );
        }
    }
    format!(
        "<h3>{}</h3>{}<p class=\"sub\">{}</p>",
        escaped(&drawing.environment),
        figure(drawing),
        escaped(&caption)
    )
}

/// The drawing at both widths; the style sheet shows the one that fits.
fn figure(drawing: &Drawing) -> String {
    format!(
        "<figure><div class=\"wide\">{}</div><div class=\"narrow\">{}</div></figure>",
        drawing.svg(Width::Wide),
        drawing.svg(Width::Narrow)
    )
}

fn times(one: &EnvironmentReport) -> String {
    let Some(forecast) = &one.forecast else {
        return String::new();
    };
    if forecast.steps.is_empty() && forecast.failure.is_none() {
        return String::new();
    }
    let name = escaped(&one.environment);
    let mut out = format!("<h3>{name}</h3>");
    if let Some(failure) = &forecast.failure {
        let _ = write!(
            out,
            "<p><strong>✕ The deployment fails in the emulator:</strong> {}</p>",
            prose(failure)
        );
    }
    if forecast.steps.is_empty() {
        return out;
    }
    let passes = number(usize::try_from(forecast.passes).unwrap_or_default(), "pass");
    let _ = write!(
        out,
        "<p>Nothing differs after {passes} and {}.",
        gantt::duration(forecast.seconds)
    );
    if !forecast.critical_path.is_empty() {
        let _ = write!(
            out,
            " Critical path (◆): {}.",
            escaped(&forecast.critical_path.join(" → "))
        );
    }
    let _ = write!(
        out,
        "</p><div class=\"wide\">{}</div><div class=\"narrow\">{}</div>",
        gantt::gantt(forecast, &one.environment, Width::Wide),
        gantt::gantt(forecast, &one.environment, Width::Narrow)
    );
    for way_back in &forecast.ways_back {
        let _ = write!(
            out,
            "<p>If <code>{}</code> fails at its last resource, <code>{}</code>, it is back as before after {}.</p>",
            escaped(&way_back.stack),
            escaped(&way_back.resource),
            gantt::duration(way_back.seconds)
        );
    }
    let _ = write!(
        out,
        "<details><summary>The steps of {name} as a list</summary><ol class=\"steps\">"
    );
    for step in &forecast.steps {
        let _ = write!(
            out,
            "<li>{} is {}, from {} to {}</li>",
            escaped(&gantt::name(step)),
            escaped(&step.done),
            gantt::duration(step.started),
            gantt::duration(step.ended)
        );
    }
    out.push_str("</ol></details>");
    out
}

/// Words for the attributes by which items are filtered.
fn words<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = names.map(slug).collect();
    words.sort();
    words.dedup();
    words.join(" ")
}
