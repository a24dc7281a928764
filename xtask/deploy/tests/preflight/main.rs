//! The checks before anything is written, and whose consent a deployment takes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod consent;
mod guard;
mod sources;
mod support;
