//! Events for a person.

use super::event::Event;

/// A line for an event; none for what is only said when something is wrong.
#[must_use]
pub fn render(event: &Event) -> String {
    match event {
        Event::Started { pipeline, run } => format!("{pipeline}, run {run}"),
        Event::Action {
            stage,
            action,
            role,
        } => format!("  {stage}/{action} as {role}"),
        Event::Command { phase, command } => {
            let mut lines = command.trim().lines();
            let first = lines.next().unwrap_or_default();
            let more = lines.count();
            if more == 0 {
                format!("    {phase}: {first}")
            } else {
                format!("    {phase}: {first} … ({} lines)", more + 1)
            }
        }
        Event::Said(line) => format!("      {line}"),
        Event::StandIn { name, what } => format!("    stand-in for `{name}`: {what}"),
        Event::Ended { outcome, took } => {
            let seconds = took.as_secs_f64();
            match outcome.reason() {
                None => format!("    done in {seconds:.1} s"),
                Some(reason) => format!("    FAILED after {seconds:.1} s: {reason}"),
            }
        }
        Event::Restarted { run } => {
            format!("  the pipeline has changed: run {run} starts with the new one")
        }
        Event::Over {
            pipeline,
            run,
            status,
        } => format!("{pipeline}, run {run}: {status}"),
    }
}
