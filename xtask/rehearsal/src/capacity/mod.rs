//! Capacity, checked by simulation.
//!
//! The scaling of the *synthesized* template drives a cluster that boots, drains, loses machines
//! and deploys, minute by minute; [`invariant`] says what must hold whatever happens. [`scaling_policy`]
//! reads the template's JSON and refuses what the model doesn't know, so that a definition that
//! drifts away from the model fails here and is not proven by accident. Everything follows from a
//! seed: there is no clock and no other source of randomness.
//!
//! `docs/capacity.md` and the rules themselves cite AWS's documentation.

pub mod alarm;
pub mod cluster;
mod command;
pub mod group;
pub mod invariant;
pub mod metric;
pub mod report;
pub mod scaling_policy;
pub mod scenario;
pub mod simulation;
pub mod template;
pub mod timing;
pub mod trace;

pub use command::run;

/// Simulated time: minutes since the start. The metric has a value each minute, and alarms are
/// evaluated each minute; nothing that scaling sees is finer.
pub type Minute = u32;
