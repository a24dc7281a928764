//! The command line, as people and scripts call it: what is refused before anything is called.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share may fail them as the tests do"
)]

mod foreign;
mod help;
mod refusals;
mod remains;
mod support;
