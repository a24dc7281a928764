//! Looking after an environment, on recorded answers.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share may fail them as the tests do"
)]

mod accepting;
mod agreement;
mod causes;
mod collecting;
mod connected;
mod doctor;
mod health;
mod support;
mod world;
