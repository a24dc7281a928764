//! What roles are granted, and what for.
//!
//! [`Record`] holds the requests that runs of programs have made, as the evaluator was asked about them.
//! `steps` is a table of what AWS's own services and agents are documented to do with our roles, and
//! `reasons` one of what is granted without either. `classify` puts every granted action into one of
//! the three, or names it as a fault. Pure: the runs are elsewhere.

mod classify;
mod reasons;
mod record;
mod removal;
mod roles;
mod schema;
mod steps;

pub use classify::{Called, Classified, Fault, Use, called, classify, covers};
pub use reasons::{REASONS, Reason, reasons};
pub use record::{Asked, Record};
pub use removal::without;
pub use roles::{RoleKind, Roles};
pub use schema::{Handlers, SCHEMAS, Schema, handlers, in_table_of_calls, listed};
pub use steps::{STEPS, Step, StepRequest, requests};
