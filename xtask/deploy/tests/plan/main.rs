//! What the planner plans.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[cfg(feature = "local")]
mod agreement;
mod errors;
mod random;
mod scenarios;
mod statuses;
mod stories;
mod support;
