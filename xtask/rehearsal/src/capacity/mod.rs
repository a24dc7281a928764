//! Capacity, proven by simulation.
//!
//! The scaling of the *synthesized* template drives a cluster that boots, drains, loses machines
//! and deploys, minute by minute; [`invariant`] says what must hold whatever happens. `policy`
//! reads the template's JSON and refuses what the model doesn't know, so that a definition that
//! drifts away from the model fails here and is not proven by accident. Everything follows from a
//! seed: there is no clock and no other source of randomness.
//!
//! What is modelled, and where AWS says so, is in `docs/capacity.md` and beside each rule.

pub mod alarm;
pub mod cluster;
mod command;
pub mod group;
pub mod invariant;
pub mod metric;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod template;
pub mod timing;
pub mod trace;
pub mod world;

pub use command::run;

/// Simulated time: minutes since the start. The metric has a value each minute, and alarms are
/// evaluated each minute; nothing that scaling sees is finer.
pub type Minute = u32;
