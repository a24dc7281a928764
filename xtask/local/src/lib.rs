//! A CloudFormation to try deployments on.
//!
//! [`api`] is what it can be asked and what it answers, in the terms of the real API. The model
//! behind it is a state machine without threads, clock or I/O: whoever calls says what time it is,
//! and everything that has happened until then happens first. The same seed and the same calls at
//! the same times give the same answers.

pub mod api;
pub mod wire;
