//! A CloudFormation to try deployments on.
//!
//! [`api`] is what it can be asked and what it answers, in the terms of the real API. [`Cloud`], the
//! model behind it, is a state machine without threads, clock or I/O: whoever calls says what time it
//! is, and everything that has happened until then happens first. The same seed and the same calls at
//! the same times give the same answers. [`port`] lets the deploy engine run against it in process;
//! [`wire`] and [`server`] let other programs, in scaled time.

pub mod api;
pub mod command;
pub mod port;
pub mod server;
pub mod wire;

mod cloud;
mod options;
mod text;

pub use cloud::Cloud;
pub use options::Options;
