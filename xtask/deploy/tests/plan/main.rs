//! What the planner plans.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod errors;
mod random;
mod scenarios;
mod statuses;
mod stories;
mod support;
