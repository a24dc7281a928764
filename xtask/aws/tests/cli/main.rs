//! The command line, as people and scripts call it: refusals before any call, and the printed commands, followed
//! against the emulator.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share may fail them as the tests do"
)]

mod hostile;
mod refusals;
mod support;
