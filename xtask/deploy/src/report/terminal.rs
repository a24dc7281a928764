//! The terminal of this process: the one edge of this crate, asked for what it is, and written to.
//!
//! Nothing else in the programs that deploy opens standard output or standard error
//! (`clippy::disallowed_methods`), and what is written is [`TerminalText`]: no text of others gets
//! there as it is.

use std::io::{self, IsTerminal as _, Write as _};

use common::terminal_text::TerminalText;
use terminal_size::{Height, Width, terminal_size_of};

use crate::report::style::{OutputStyle, TerminalSize};

#[expect(clippy::disallowed_methods, reason = "this is the edge")]
fn stdout() -> io::Stdout {
    io::stdout()
}

#[expect(clippy::disallowed_methods, reason = "this is the edge")]
fn stderr() -> io::Stderr {
    io::stderr()
}

/// Writes to standard output.
///
/// # Errors
/// When it can't be written to.
pub fn print(text: &TerminalText) -> io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_str().as_bytes())?;
    out.flush()
}

/// Writes to standard error. An error is ignored: there is nowhere to report it.
pub fn eprint(text: &TerminalText) {
    let mut out = stderr().lock();
    let _ = out
        .write_all(text.as_str().as_bytes())
        .and_then(|()| out.flush());
}

/// The terminal behind standard output, if there is one.
#[must_use]
pub fn stdout_size() -> Option<TerminalSize> {
    let stdout = stdout();
    stdout.is_terminal().then(|| size(terminal_size_of(stdout)))
}

/// The terminal behind standard error, if there is one.
#[must_use]
pub fn stderr_size() -> Option<TerminalSize> {
    let stderr = stderr();
    stderr.is_terminal().then(|| size(terminal_size_of(stderr)))
}

/// A terminal without a known size counts as 80 by 24.
fn size(found: Option<(Width, Height)>) -> TerminalSize {
    let (columns, rows) = match found {
        Some((Width(columns), Height(rows))) => (columns, rows),
        None => (80, 24),
    };
    TerminalSize {
        columns: columns.into(),
        rows: rows.into(),
    }
}

/// How to print to standard output.
#[must_use]
pub fn stdout_style() -> OutputStyle {
    OutputStyle::detect(stdout_size(), |name| std::env::var(name).ok())
}

/// How to print to standard error.
#[must_use]
pub fn stderr_style() -> OutputStyle {
    OutputStyle::detect(stderr_size(), |name| std::env::var(name).ok())
}
