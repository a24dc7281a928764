//! Walks a plan. Decides nothing.
//!
//! [`execute`] begins what is ready and reports [`Event`]s; how a step ends is the terminal status
//! of its stack ([`StepOutcome`]), whatever happened to the calls that watched it.

mod cancel;
mod cause;
mod event;
mod failure;
mod graph;
mod hold;
mod options;
mod outcome;
mod prepare;
mod recheck;
mod relied_on;
mod reporter;
mod step;
mod stop;
mod walk;
mod watch;

pub use cancel::{Cancellation, cancel_updates, has_left_updates};
pub use cause::{Explanation, explain};
pub use event::{Event, Remedy};
pub use hold::{acknowledge, acknowledgements, hold};
pub use options::{DEFAULT_CONCURRENCY, Options};
pub use outcome::{Failure, Outcome, ResourceFailure, StepOutcome};
pub use prepare::{Prepared, discard_prepared, prepare};
pub use stop::{Stop, StopHandle};
pub use walk::execute;
