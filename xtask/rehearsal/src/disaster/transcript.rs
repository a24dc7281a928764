//! The report of a drill as text, minute by minute, 80 columns wide.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use deploy::report::wording::count;

use crate::disaster::phase::{Phase, Step};
use crate::disaster::report::DrillReport;
use crate::disaster::zone_loss::ZoneLoss;

const WIDTH: usize = 80;
/// The column where the names of a minute start.
const NAMES: usize = 9;

#[must_use]
pub fn text(report: &DrillReport, zone: &ZoneLoss) -> String {
    let mut text = format!(
        "drill of {}: account {}, {}\non a CloudFormation on this machine, in virtual time\n",
        report.environment, report.account, report.region
    );
    for phase in &report.phases {
        let _ = writeln!(text, "\n{}", phase.title);
        if phase.acknowledged > 0 {
            let _ = writeln!(
                text,
                "  acknowledged: the deletion of {}",
                count(phase.acknowledged, "protected stack")
            );
        }
        minutes(&mut text, phase);
        summary(&mut text, phase);
        if !phase.retained.is_empty() {
            text += "  retained:\n";
            for (place, kind) in &phase.retained {
                let _ = writeln!(text, "    {place:<32} {kind}");
            }
        }
    }
    text += "  imported by physical id, unchanged:\n";
    resource_ids(&mut text, &report.imported_by_id);
    text += "  imported by name, unchanged:\n";
    resource_ids(&mut text, &report.imported_by_name);
    text += "  services on their images from before the loss:\n";
    for (service, image) in &report.images {
        let _ = writeln!(
            text,
            "    {service:<32} {}…",
            image.get(..19).unwrap_or(image)
        );
    }
    recovery(&mut text, report);
    zone_loss(&mut text, zone);
    text
}

fn resource_ids(text: &mut String, resource_ids: &BTreeMap<String, String>) {
    for (place, id) in resource_ids {
        let line = format!("    {place:<32} {id}");
        if line.chars().count() <= WIDTH {
            let _ = writeln!(text, "{line}");
        } else {
            let _ = writeln!(text, "    {place}\n      {id}");
        }
    }
}

/// The stacks that were started and finished in each minute.
fn minutes(text: &mut String, phase: &Phase) {
    let mut by_minute: BTreeMap<u64, BTreeMap<&str, Vec<&Step>>> = BTreeMap::new();
    for step in &phase.steps {
        let minute = by_minute.entry(step.started / 60_000).or_default();
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

fn summary(text: &mut String, phase: &Phase) {
    if phase.steps.is_empty() {
        text.push_str("  nothing to do\n");
        return;
    }
    let _ = writeln!(
        text,
        "  {} in {}; the critical path takes {}:",
        count(phase.steps.len(), "step"),
        clock(phase.took),
        clock(phase.critical)
    );
    wrapped(text, &format!("         {}", phase.path.join(", ")));
}

fn recovery(text: &mut String, report: &DrillReport) {
    let find = |title: &str| report.phases.iter().find(|phase| phase.title == title);
    let (Some(lost), Some(rebuild_request)) = (find("destroy"), find("rebuild")) else {
        return;
    };
    let _ = writeln!(
        text,
        "\nthe rebuild took {}, its critical path {} ({} %)\n\
         the destruction took {}",
        clock(rebuild_request.took),
        clock(rebuild_request.critical),
        rebuild_request.critical * 100 / rebuild_request.took.max(1),
        clock(lost.took)
    );
}

fn zone_loss(text: &mut String, zone: &ZoneLoss) {
    let _ = writeln!(
        text,
        "\nloss of a zone (simulated), with {} and every service at its maximum",
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
        "  at most {} waited for a machine, in minutes {}",
        count(zone.waiting as usize, "task"),
        waits.join(", ")
    );
    wrapped(text, &line);
}

fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    format!("{}m {:02}s", seconds / 60, seconds % 60)
}

/// Appends a line, wrapped between words.
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
