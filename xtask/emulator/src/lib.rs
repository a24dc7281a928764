//! A CloudFormation to try deployments on.
//!
//! [`api`] is what it can be asked and what it answers, in the terms of the real API. [`Cloud`], the
//! model behind it, is a state machine without threads, clock or I/O: whoever calls says what time it
//! is, and everything that has happened until then happens first. The same seed and the same calls at
//! the same times give the same answers. [`port`] lets the deploy engine run against it in process;
//! with the feature
//! `http`, `wire` and `server` let other programs, in scaled time.

pub mod api;
#[cfg(feature = "http")]
pub mod command;
pub mod port;
#[cfg(feature = "http")]
pub mod server;
#[cfg(feature = "http")]
pub mod wire;

mod calls;
mod change_set;
mod cloud;
mod drift;
mod durations;
mod error;
mod exports;
mod faults;
mod journal;
mod kinds;
mod options;
mod page;
mod place;
mod policy;
mod properties;
mod queue;
mod random;
mod rules;
mod saved;
mod schema;
mod stack;
mod tamper;
mod template;
mod text;
mod world;
mod world_order;

pub use cloud::Cloud;
pub use durations::Percent;
pub use faults::{Effect, Fault, On, Trouble};
pub use journal::JournalError;
pub use options::Options;
pub use rules::models;
pub use saved::SavedError;
pub use tamper::{Existing, Tamper, TamperError};
