//! What programs are told beside the events.

use deploy::diagnose::Explanation;
use deploy::plan::Plan;
use deploy_arguments::Format;
use serde::Serialize;

use crate::Error;
use crate::screen::Screen;

/// What programs are told beside the events.
#[derive(Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(super) enum Told<'a> {
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
pub(in crate::commands) fn tell_end(format: Format, ended: Result<u8, Error>) -> Result<u8, Error> {
    let (exit_code, error) = match &ended {
        Ok(code) => (*code, None),
        Err(error) => (error.exit_code(), Some(error.report().to_string())),
    };
    let error = error.map(|text| {
        let text = text.trim_end();
        text.strip_prefix("error: ").unwrap_or(text).to_owned()
    });
    if format == Format::Json {
        Screen::new(format).hand_on(&Told::Ended { exit_code, error });
    }
    ended
}
