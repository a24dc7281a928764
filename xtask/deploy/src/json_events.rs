//! The lines of `--format json` that are not events of the execution.

use crate::commands::arguments::Format;
use crate::diagnose::Explanation;
use crate::inspect::check_result::CheckResult;
use crate::plan::Plan;
use serde::Serialize;

use crate::Error;
use crate::backend::Backend;
use crate::terminal::Console;

#[derive(Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum JsonEvent<'a> {
    /// Before anything is executed.
    #[serde(rename = "planned")]
    Plan { plan: &'a Plan },
    /// Why a service did not become steady.
    #[serde(rename = "explained")]
    Explanation {
        stack: &'a str,
        explanations: &'a [Explanation],
    },
    /// The manual steps that are left, after `bootstrap`.
    #[serde(rename = "examined")]
    CheckResults { findings: &'a [CheckResult] },
    /// The last line.
    #[serde(rename = "ended")]
    Exit {
        exit_code: u8,
        /// Why there is no outcome.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
}

/// Prints the exit code as the last line, even if the command failed before it started.
pub(crate) fn exit_event<B: Backend>(
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
        Console::new(format).print_json(&JsonEvent::Exit { exit_code, error });
    }
    ended
}
