//! Messages on standard error, where they are found when standard output is redirected.

use crate::execute::Event;
use crate::report::{Line, Tone, page, terminal};

pub(crate) fn eprint_lines(lines: &[Line]) {
    if !lines.is_empty() {
        terminal::eprint(&page(lines, terminal::stderr_style()));
    }
}

/// Prints the warnings among events, none twice in a row.
pub(crate) fn stderr_warnings() -> impl FnMut(Event) {
    let mut last = None;
    move |event| {
        if let Event::Warning { message, .. } = event
            && last.as_ref() != Some(&message)
        {
            eprint_lines(&[Line::at(2).and(Tone::Dim, &message)]);
            last = Some(message);
        }
    }
}
