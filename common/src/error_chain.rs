//! Errors together with their causes.

use std::error::Error;
use std::iter::successors;

/// The causes of an error, the nearest first. The error itself is not among them.
pub fn causes(error: &dyn Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(error.source(), |&cause| cause.source())
}

/// An error and its causes on one line: `can't read the file: permission denied`.
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    causes(error).fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// The same, without causes whose text the error before them has already.
#[must_use]
pub fn distinct_error_chain(error: &dyn Error) -> String {
    let mut parts = vec![error.to_string()];
    for cause in causes(error) {
        let text = cause.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}
