//! What an inspection sees of the sources, whatever hides it from git.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share may fail them as the tests do"
)]

mod record;
mod scratch;
mod sources;
