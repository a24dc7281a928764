//! Walks a plan. Decides nothing.

mod event;
mod outcome;

pub use event::Event;
pub use outcome::{Failure, Outcome, ResourceFailure, StepOutcome};
