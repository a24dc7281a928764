//! The checks before anything is written, and whose consent a deployment takes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod check;
mod consent;
mod sources;
