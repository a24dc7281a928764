//! The terminal of a run: its console, standard error, prompts and interrupts.

mod console;
mod live_region;
mod prompt;
mod stderr;

pub(crate) use console::Console;
pub(crate) use prompt::{Answer, Interrupts, ask};
pub(crate) use stderr::{eprint_lines, stderr_warnings};
