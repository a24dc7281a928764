//! The deploy engine's port, in process.
//!
//! [`Local`] implements [`cloudformation::CloudFormation`] over a shared [`Cloud`](crate::Cloud).
//! Time is tokio's, so that a test with paused time deploys a whole environment in milliseconds.
//! [`Hooks`] come between: they fail a call, lose its answer, or stop the caller for good.

mod client;
mod deleted_stacks;
mod drift;
mod hooks;
mod implementation;
mod past;
mod settings;

pub use client::Local;
pub use hooks::{Call, Calm, Hooks, Intervention, Operation};
pub use past::Past;
pub use settings::Settings;
