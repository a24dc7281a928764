//! The story as text, minute by minute, 80 columns wide.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use deploy::report::wording::count;

use crate::disaster::act::{Act, Step};
use crate::disaster::story::Story;
use crate::disaster::zone::ZoneLoss;

/// The width that is written for.
const WIDTH: usize = 80;
/// Where the names of a minute begin.
const NAMES: usize = 9;

/// Writes it.
#[must_use]
pub fn text(story: &Story, zone: &ZoneLoss) -> String {
    let mut text = format!(
        "drill of {}: account {}, {}\non a CloudFormation on this machine, in virtual time\n",
        story.environment, story.account, story.region
    );
    for act in &story.acts {
        let _ = writeln!(text, "\n{}", act.title);
        if act.acknowledged > 0 {
            let _ = writeln!(
                text,
                "  acknowledged: the deletion of {}",
                count(act.acknowledged, "protected stack")
            );
        }
        minutes(&mut text, act);
        summary(&mut text, act);
        if !act.stays.is_empty() {
            text += "  what stays:\n";
            for (place, kind) in &act.stays {
                let _ = writeln!(text, "    {place:<32} {kind}");
            }
        }
    }
    text += "  taken over by what identifies it, and as it was:\n";
    things(&mut text, &story.taken_over);
    text += "  imported by name, and as it was:\n";
    things(&mut text, &story.by_name);
    text += "  back on their last images:\n";
    for (service, image) in &story.images {
        let _ = writeln!(
            text,
            "    {service:<32} {}…",
            image.get(..19).unwrap_or(image)
        );
    }
    recovery(&mut text, story);
    zone_loss(&mut text, zone);
    text
}

fn things(text: &mut String, things: &BTreeMap<String, String>) {
    for (place, id) in things {
        let line = format!("    {place:<32} {id}");
        if line.chars().count() <= WIDTH {
            let _ = writeln!(text, "{line}");
        } else {
            let _ = writeln!(text, "    {place}\n      {id}");
        }
    }
}

/// What began and what ended, by minute.
fn minutes(text: &mut String, act: &Act) {
    let mut by_minute: BTreeMap<u64, BTreeMap<&str, Vec<&Step>>> = BTreeMap::new();
    for step in &act.steps {
        let minute = by_minute.entry(step.began / 60_000).or_default();
        minute.entry("begun").or_default().push(step);
        let minute = by_minute.entry(step.ended / 60_000).or_default();
        minute.entry(step.done).or_default().push(step);
    }
    for (minute, happened) in by_minute {
        let mut first = true;
        for (what, steps) in happened {
            let mut names: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
            names.sort();
            names.dedup();
            let clock = if first {
                format!("{minute:>4}")
            } else {
                String::new()
            };
            first = false;
            let line = format!("  {clock:<4}   {what}: {}", names.join(", "));
            wrapped(text, &line);
        }
    }
}

fn summary(text: &mut String, act: &Act) {
    if act.steps.is_empty() {
        text.push_str("  nothing to do\n");
        return;
    }
    let _ = writeln!(
        text,
        "  {} in {}; the critical path takes {}:",
        count(act.steps.len(), "step"),
        clock(act.took),
        clock(act.critical)
    );
    wrapped(text, &format!("         {}", act.path.join(", ")));
}

fn recovery(text: &mut String, story: &Story) {
    let find = |title: &str| story.acts.iter().find(|act| act.title == title);
    let (Some(lost), Some(rebuilt)) = (find("destroy"), find("rebuild")) else {
        return;
    };
    let _ = writeln!(
        text,
        "\nfrom nothing to all of it: {},\n\
         of which the critical path takes {} ({} %)\n\
         the loss itself took {}",
        clock(rebuilt.took),
        clock(rebuilt.critical),
        rebuilt.critical * 100 / rebuilt.took.max(1),
        clock(lost.took)
    );
}

fn zone_loss(text: &mut String, zone: &ZoneLoss) {
    let _ = writeln!(
        text,
        "\na zone is lost, with {} and as many tasks as there may be (simulated)",
        count(zone.machines as usize, "machine")
    );
    for (minute, event) in &zone.events {
        let _ = writeln!(text, "  {minute:>4}   {event}");
    }
    if zone.waits.is_empty() {
        text.push_str("  no task waited for a machine\n");
        return;
    }
    let waits: Vec<String> = zone
        .waits
        .iter()
        .map(|(from, to)| format!("{from} to {to}"))
        .collect();
    let line = format!(
        "  at most {} waited for a machine, in the minutes {}",
        count(zone.waiting as usize, "task"),
        waits.join(", ")
    );
    wrapped(text, &line);
}

fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    format!("{}m {:02}s", seconds / 60, seconds % 60)
}

/// A line, broken between words.
fn wrapped(text: &mut String, line: &str) {
    let mut rest = line.to_owned();
    while rest.chars().count() > WIDTH {
        let Some(at) = rest
            .char_indices()
            .take(WIDTH + 1)
            .filter(|(index, letter)| *letter == ' ' && *index > NAMES)
            .map(|(index, _)| index)
            .last()
        else {
            break;
        };
        let (head, tail) = rest.split_at(at);
        let _ = writeln!(text, "{}", head.trim_end());
        rest = format!("{}{}", " ".repeat(NAMES + 2), tail.trim_start());
    }
    let _ = writeln!(text, "{rest}");
}
