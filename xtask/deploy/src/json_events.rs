//! What programs are told beside the events.

use crate::commands::arguments::Format;
use crate::diagnose::Explanation;
use crate::plan::Plan;
use serde::Serialize;

use crate::Error;
use crate::backend::Backend;
use crate::terminal::Console;

/// What programs are told beside the events.
#[derive(Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum JsonEvent<'a> {
    /// This will be done.
    Planned { plan: &'a Plan },
    /// This is why a service did not become steady.
    Explained {
        stack: &'a str,
        explanations: &'a [Explanation],
    },
    /// This is how it ended.
    Ended {
        exit_code: u8,
        /// Why it did not come to an outcome.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
}

/// Tells programs how it ended, also when it did not even begin.
pub(crate) fn report_end<B: Backend>(
    format: Format,
    ended: Result<u8, Error>,
) -> Result<u8, Error> {
    let (exit_code, error) = match &ended {
        Ok(code) => (*code, None),
        Err(error) => (error.exit_code(), Some(error.report(B::hint).to_string())),
    };
    let error = error.map(|text| {
        let text = text.trim_end();
        text.strip_prefix("error: ").unwrap_or(text).to_owned()
    });
    if format == Format::Json {
        Console::new(format).hand_on(&JsonEvent::Ended { exit_code, error });
    }
    ended
}
