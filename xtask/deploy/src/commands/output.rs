//! Output of the verbs that execute nothing.

use crate::report::{Line, OutputStyle, page, terminal};
use common::terminal_text::TerminalText;
use serde::Serialize;

use crate::Error;

pub(super) fn print(lines: &[Line]) -> Result<(), Error> {
    print_text(&page(lines, style()))
}

pub(super) fn style() -> OutputStyle {
    terminal::stdout_style()
}

pub(super) fn json(value: &impl Serialize) -> Result<(), Error> {
    print_text(&TerminalText::json(value, true).map_err(Error::Json)?)
}

/// On one line, as the events of a deployment are.
pub(super) fn json_line(value: &impl Serialize) -> Result<(), Error> {
    print_text(&TerminalText::json(value, false).map_err(Error::Json)?)
}

pub(super) fn print_text(text: &TerminalText) -> Result<(), Error> {
    terminal::print(text).map_err(Error::Print)
}
