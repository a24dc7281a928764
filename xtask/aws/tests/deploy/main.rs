//! The adapter, preflight and the signed requests, from outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod answers;
mod drift;
mod explaining;
mod going_back;
mod lifecycle;
mod looking_after;
mod microburst;
mod ministack;
mod promoting;
mod recovering;
mod remains;
mod requests;
mod retries;
mod services;
mod signed;
mod status;
mod support;
