//! Checks of an environment: what is wrong, and what to do next.
//!
//! Pure: the answers come from [`crate::inspect`]. Each area has a file that knows what its answers
//! mean; a probe that failed is a result of its area. A next step is exact: a command, a page of a
//! console, or a line.

mod account;
mod alarms;
mod bootstrap;
mod certificates;
pub(super) mod checks;
mod connections;
pub(super) mod context;
mod database;
mod domain;
mod images;
mod machines;
mod manual_steps;
mod pipelines;
mod quotas;
mod secrets;

pub use checks::doctor;
pub use context::{BranchHead, DoctorContext};
pub use machines::machine_image;
pub use manual_steps::manual_steps;
