//! The checks before anything is written, and whose consent a deployment takes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod consent;
mod guard;
mod sources;
mod support;
