//! The allowed actions of roles, and what uses them.
//!
//! [`RequestLog`] holds the requests that programs made, with their decisions. `steps` lists what
//! AWS's services and agents are documented to do with our roles, and `reasons` explains what is
//! allowed without either. `classify` assigns every allowed action to one of the three, or reports
//! a fault. Pure.

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
