//! The command line, as people and scripts call it: what is refused before anything is called, and
//! where the printed commands lead on this machine.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share may fail them as the tests do"
)]

mod hostile;
mod refusals;
mod support;
