//! The events for programs: one JSON object a line, as they come.

use std::time::Duration;

use crate::execute::Event;
use common::terminal_text::TerminalText;
use serde::Serialize;

#[derive(Serialize)]
struct Timed<'a> {
    /// Seconds since the beginning.
    at: f64,
    #[serde(flatten)]
    event: &'a Event,
}

/// An event with its time, in seconds since the beginning, as one line.
///
/// # Errors
/// Never for an event; the type says so because JSON can't hold everything.
pub fn line(at: Duration, event: &Event) -> serde_json::Result<TerminalText> {
    let timed = Timed {
        // Milliseconds are enough, and are exact in JSON.
        at: (at.as_secs_f64() * 1000.0).round() / 1000.0,
        event,
    };
    TerminalText::json(&timed, false)
}
