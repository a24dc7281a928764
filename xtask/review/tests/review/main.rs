//! Consequences of changes of the real definition.
//!
//! Each scenario is a file: edits of the input files, or of a synthesized template in place of a change in Rust.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod catalogue;
mod reach;
mod scenario;
mod table;
mod unseen;
