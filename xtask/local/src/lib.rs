//! A CloudFormation to try deployments on.
//!
//! [`api`] is what it can be asked and what it answers, in the terms of the real API. [`Cloud`], the
//! model behind it, is a state machine without threads, clock or I/O: whoever calls says what time it
//! is, and everything that has happened until then happens first. The same seed and the same calls at
//! the same times give the same answers. [`port`] lets the deploy engine run against it in process.

pub mod api;
pub mod port;

mod cloud;
mod options;
mod text;

pub use cloud::Cloud;
pub use options::Options;
