//! The model, as callers see it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test a panic is a failure"
)]

mod change_sets;
mod cloud;
mod create;
mod delete;
mod exports;
mod imports;
mod invariants;
mod repeats;
mod rollback;
mod services;
mod support;
mod templates;
mod update;
mod yaml;
