//! The terminal of this process: the one edge of this crate, asked for what it is.

use std::io::{self, IsTerminal as _};

use terminal_size::{Height, Width, terminal_size_of};

use crate::look::{Look, Terminal};

/// The terminal behind standard output, if there is one.
#[must_use]
pub fn of_stdout() -> Option<Terminal> {
    let stdout = io::stdout();
    stdout.is_terminal().then(|| size(terminal_size_of(stdout)))
}

/// The terminal behind standard error, if there is one.
#[must_use]
pub fn of_stderr() -> Option<Terminal> {
    let stderr = io::stderr();
    stderr.is_terminal().then(|| size(terminal_size_of(stderr)))
}

/// A terminal that does not tell its size has the one that everybody expects.
fn size(found: Option<(Width, Height)>) -> Terminal {
    let (columns, rows) = match found {
        Some((Width(columns), Height(rows))) => (columns, rows),
        None => (80, 24),
    };
    Terminal {
        columns: columns.into(),
        rows: rows.into(),
    }
}

/// How to print to standard output.
#[must_use]
pub fn look_of_stdout() -> Look {
    Look::suiting(of_stdout(), |name| std::env::var(name).ok())
}

/// How to print to standard error.
#[must_use]
pub fn look_of_stderr() -> Look {
    Look::suiting(of_stderr(), |name| std::env::var(name).ok())
}
