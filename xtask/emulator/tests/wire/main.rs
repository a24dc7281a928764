//! The wire protocol, the server and the program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

mod answers;
mod authorize;
mod fuzz;
mod http;
mod program;
mod requests;
mod samples;
mod state;
mod support;
