//! Looking after an environment, on recorded answers.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share may fail them as the tests do"
)]

mod collecting;
mod definition;
mod doctor;
mod explanations;
mod fake_services;
mod health;
mod healthy;
mod peering;
mod support;
