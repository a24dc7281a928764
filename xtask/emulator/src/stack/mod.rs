//! Stacks, and the operations on them.
//!
//! An operation is a sequence of phases (forward, cleanup, rollback …); a phase is a set of tasks
//! with an order between them. `executor` runs them with the functions of the other files.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>

mod context;
mod definition;
mod difference;
mod executor;
mod failure;
mod forward;
mod handler;
mod history;
mod model;
mod operation;
mod provision;
mod removal;
mod rollback;
mod scope;
mod signals;
mod tasks;

pub(crate) use context::OperationContext;
pub(crate) use definition::{Definition, Resource};
pub(crate) use difference::{Difference, Recreation, differences};
pub(crate) use executor::process;
pub(crate) use failure::cancel;
pub(crate) use handler::{existing, identified, importable};
pub(crate) use history::{Beginning, OperationRecord, OperationResult};
pub(crate) use model::{Detection, DriftRecord, Stack};
pub(crate) use operation::{FirstPhase, Operation, OperationKind};
pub(crate) use scope::StackLookup;
pub(crate) use signals::signal;
