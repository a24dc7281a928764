//! One step: what is called for it, in which order, and what came of it.

mod change_set;
mod delete;
mod deploy;
mod explain;
mod hand;
mod overdue;
mod protect;
mod recover;
mod relax;
mod run;
mod wait;

pub(super) use change_set::{Draft, Made, discard, discard_unused, made_with_plan, make};
pub(super) use hand::{Hand, Walk};
pub(super) use run::{Ending, run};
