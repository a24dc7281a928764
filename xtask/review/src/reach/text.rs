//! Answers as text of 80 columns, for a terminal.

use std::fmt::Write as _;

use super::connection::{Connection, Hop, MissingHop};
use super::node::Verb;
use super::path::{Answer, FailedPath, Path};
use crate::consequence::Subject;
use crate::wrap::wrap;

/// The answers as text: every path hop by hop; where there is none, the hop that is missing.
#[must_use]
pub fn text(answers: &[Answer]) -> String {
    let mut out = String::new();
    for one in answers {
        if !out.is_empty() {
            out.push('\n');
        }
        for path in &one.paths {
            reached(&mut out, one, path);
        }
        if one.paths.is_empty() {
            unreached(&mut out, one);
        }
    }
    out
}

/// The answers to what a node reaches: what it does hop by hop, then the rest by name.
#[must_use]
pub fn text_of_all(answers: &[Answer]) -> String {
    let (reached, unreached): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|one| !one.paths.is_empty());
    let reached: Vec<Answer> = reached.into_iter().cloned().collect();
    let mut out = text(&reached);
    if let Some(first) = unreached.first() {
        if !out.is_empty() {
            out.push('\n');
        }
        let names: Vec<&str> = unreached.iter().map(|one| one.to.as_str()).collect();
        let names = names.join(", ");
        wrap(
            &mut out,
            0,
            2,
            &format!("no path from {} to: {names}", first.from),
        );
    }
    out
}

fn reached(out: &mut String, answer: &Answer, path: &Path) {
    let through = match path.through().as_slice() {
        [] => String::new(),
        some => format!(" through {}", some.join(" and ")),
    };
    let verb = Verb::Reach.agreeing_with(&answer.from);
    let sentence = format!(
        "{} {verb} {} {}{through}",
        answer.from,
        answer.to,
        path.traffic.phrase()
    );
    wrap(out, 0, 2, &sentence);
    connections(out, &path.connections);
    for assumption in path.assumptions() {
        wrap(out, 2, 4, &format!("assumed: {assumption}"));
    }
}

fn connections(out: &mut String, connections: &[Connection]) {
    let several = connections.len() > 1;
    for one in connections {
        let indent = if several {
            let title = format!("{} to {} {}", one.from, one.to, one.traffic.phrase());
            wrap(out, 2, 4, &title);
            4
        } else {
            2
        };
        hops(out, &one.hops, indent);
        for exception in &one.exceptions {
            wrap(
                out,
                indent,
                indent + 2,
                &format!("except: {}", missing(exception)),
            );
        }
    }
}

fn hops(out: &mut String, hops: &[Hop], indent: usize) {
    for hop in hops {
        let line = format!(
            "{} {}{}",
            hop.resource.path(),
            hop.allows,
            place(&hop.resource)
        );
        wrap(out, indent, indent + 2, &line);
    }
}

fn unreached(out: &mut String, answer: &Answer) {
    let _ = writeln!(out, "no path from {} to {}", answer.from, answer.to);
    let Some((first, others)) = answer.attempts.split_first() else {
        return;
    };
    failed(out, first);
    for other in others {
        let blocked = &other.blocked;
        let missing: Vec<&str> = other
            .missing()
            .iter()
            .map(|one| one.text.as_str())
            .collect();
        let missing = missing.join("; ");
        let line = format!("nor from {} to {}: {missing}", blocked.from, blocked.to);
        wrap(out, 2, 4, &line);
    }
}

fn failed(out: &mut String, attempt: &FailedPath) {
    connections(out, &attempt.connections);
    let blocked = &attempt.blocked;
    wrap(out, 2, 4, &format!("{} to {}", blocked.from, blocked.to));
    hops(out, &blocked.hops, 4);
    for one in &blocked.missing {
        wrap(out, 4, 6, &format!("missing: {}", missing(one)));
    }
}

fn missing(one: &MissingHop) -> String {
    let place = one.resource.as_ref().map(place).unwrap_or_default();
    format!("{}{place}", one.text)
}

/// Where the definition makes a resource, where that is known.
fn place(subject: &Subject) -> String {
    let defined = subject.defined_at.as_ref();
    defined
        .map(|place| format!(" ({place})"))
        .unwrap_or_default()
}
