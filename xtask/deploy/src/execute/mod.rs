//! Execution of a plan, without decisions of its own.
//!
//! [`execute`] starts the steps that are ready and reports [`Event`]s. A step's [`StepOutcome`] is the
//! terminal status of its stack, whatever happened to the calls that watched it.

mod cancel;
mod cause;
mod check_change_set;
mod context;
mod event;
mod executor;
mod failure;
mod graph;
mod options;
mod outcome;
mod poller;
mod prepare;
mod staleness;
mod steps;
mod watch_registry;

pub use crate::calls::{Stop, StopHandle};
pub use cancel::{Cancellation, cancel_updates, has_detached_updates};
pub use cause::{Explanation, explain};
pub use check_change_set::{acknowledge, acknowledgements, check_change_set};
pub use event::{Event, Remedy};
pub use executor::execute;
pub use options::{DEFAULT_CONCURRENCY, Options};
pub use outcome::{Failure, Outcome, ResourceFailure, StepOutcome};
pub use prepare::{Prepared, discard_prepared, failed, prepare, resource_changes};
