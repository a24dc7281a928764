//! The model, as callers see it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test a panic is a failure"
)]

mod bounds;
mod change_sets;
mod cloud;
mod create;
mod delete;
mod exports;
mod fuzz;
mod identifiers;
mod imports;
mod invariants;
#[cfg(feature = "http")]
mod modelled;
mod operations;
mod refusals;
mod repeats;
mod rollback;
mod services;
mod support;
mod templates;
mod unknown_types;
mod update;
mod values;
mod yaml;
