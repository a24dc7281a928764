//! Progress of an execution.
//!
//! [`Progress`] is the state that the events add up to; [`live`] shows it on a terminal, [`log`]
//! says it line by line where there is none, [`json`] hands the events on to programs.

pub mod json;
pub mod live;
pub mod log;
mod state;

pub use state::{Progress, RowState, RunningStep, StepRow};
