//! A run as text, 80 columns wide.

use std::fmt::Write as _;

use super::{Run, chart, clock};

const MOST_EVENTS: usize = 24;

#[must_use]
pub fn text(run: &Run<'_>) -> String {
    let Run {
        environment,
        policy,
        scenario,
        outcome,
    } = run;
    let samples = &outcome.trace.samples;
    let (low, high) = (
        policy.scale_in.alarm.threshold,
        policy.scale_out.alarm.threshold,
    );
    let mut text = format!(
        "capacity of {environment}, simulated: seed {}, {} hours, {} services\n\
         {} to {} machines of {} MiB, memory reservation from {low} to {high} %\n",
        scenario.seed,
        scenario.minutes / 60,
        scenario.services.len(),
        policy.min,
        policy.max,
        scenario.size.memory,
    );

    let reservation: Vec<f64> = samples
        .iter()
        .map(|sample| sample.reservation.unwrap_or(0.0))
        .collect();
    text += "\nmemory reservation, %\n";
    let marks = [(high, format!("{high}")), (low, format!("{low}"))];
    text += &chart::chart(&reservation, 10, 100.0, &marks);
    text += "\nmachines\n";
    let machines: Vec<f64> = samples
        .iter()
        .map(|sample| f64::from(sample.machines))
        .collect();
    let levels = policy.max as usize;
    let marks = [
        (f64::from(policy.max), policy.max.to_string()),
        (f64::from(policy.min), policy.min.to_string()),
    ];
    text += &chart::chart(&machines, levels, f64::from(policy.max), &marks);
    let waiting: Vec<f64> = samples
        .iter()
        .map(|sample| f64::from(sample.waiting))
        .collect();
    let most = waiting.iter().copied().fold(0.0, f64::max);
    if most > 0.0 {
        text += "\ntasks that wait for a machine\n";
        let marks = [(most, most.to_string())];
        text += &chart::chart(&waiting, 3, most, &marks);
    }
    text += &chart::hours(samples.len());

    text += "\nevents\n";
    let events = &outcome.trace.events;
    for (minute, event) in events.iter().take(MOST_EVENTS) {
        let _ = writeln!(text, "  {}  {event}", clock(*minute));
    }
    if let Some(more) = events
        .len()
        .checked_sub(MOST_EVENTS)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(text, "  … and {more} more: `--format json` has all");
    }

    let inside = reservation
        .iter()
        .filter(|value| (low..=high).contains(*value))
        .count();
    let _ = writeln!(
        text,
        "\ninside the band {} % of the time",
        100 * inside / reservation.len().max(1)
    );
    if outcome.violations.is_empty() {
        text += "every invariant held\n";
    }
    for violation in &outcome.violations {
        let _ = writeln!(text, "VIOLATED in {violation}");
    }
    text
}
