//! What roles are granted, and what for.
//!
//! [`RequestLog`] holds the requests that runs of programs have made, as the evaluator was asked about them.
//! `steps` is a table of what AWS's own services and agents are documented to do with our roles, and
//! `reasons` one of what is granted without either. `classify` puts every granted action into one of
//! the three, or names it as a fault. Pure: the runs are elsewhere.

mod classify;
mod reasons;
mod request_log;
mod roles;
mod schema;
mod steps;

pub use classify::{CalledActions, Classification, Fault, Use, called_actions, classify, covers};
pub use reasons::{REASONS, Reason, reasons};
pub use request_log::{LoggedRequest, RequestLog};
pub use roles::{RoleKind, Roles};
pub use schema::{Handlers, SCHEMAS, Schema, handlers, in_table_of_calls, listed};
pub use steps::{STEPS, Step, StepRequest, requests};
