//! Inspections of sources, and changes that are hidden from git.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share may fail them as the tests do"
)]

mod record;
mod scratch;
mod sources;
