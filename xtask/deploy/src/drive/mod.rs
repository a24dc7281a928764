//! From a definition to an environment: observes, plans and executes, until nothing is left to
//! recover.
//!
//! The loop that every command shares which changes an environment. What it is for is in the
//! planner it is given; what a person says is asked through a closure.

mod commands;
mod course;
mod driven;

pub use commands::{deploy, destroy, recover};
pub use course::{Course, drive};
pub use driven::{Decision, DriveError, Driven};
