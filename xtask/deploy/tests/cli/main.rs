//! The command line on the emulator, as people call it, and where the printed commands lead.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what the tests share may fail them as the tests do"
)]

mod command_line;
mod foreign_stacks;
mod help;
mod next_steps;
mod orphans;
mod reach;
mod reading_verbs;
mod support;
mod validate;
