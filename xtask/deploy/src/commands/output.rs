//! Output of the verbs that execute nothing.

use std::path::Path;

use crate::report::{Line, OutputStyle, page, terminal};
use cli_conventions::files;
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

/// Writes to a file where one is named, and prints otherwise.
pub(super) fn print_or_write(text: &TerminalText, file: Option<&Path>) -> Result<(), Error> {
    let Some(path) = file else {
        return print_text(text);
    };
    files::write(path, text.as_str()).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}
