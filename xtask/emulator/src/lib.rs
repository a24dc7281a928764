//! A local CloudFormation to try deployments on.
//!
//! [`api`] has the requests and answers, in the terms of the real API. [`Cloud`], the model behind
//! it, is a state machine without threads, clock or I/O: each call states the time, and events that
//! were due until then happen first. The same seed and the same calls at the same times give the
//! same answers. [`port`] lets the deployer run against it in process; with the feature `http`,
//! `wire` and `server` serve other programs, in scaled time.

pub mod api;
#[cfg(feature = "http")]
pub mod command;
pub mod port;
#[cfg(feature = "http")]
pub mod server;
#[cfg(feature = "http")]
pub mod wire;

mod account_region;
mod change_set;
mod cloud;
mod drift;
mod durations;
mod error;
mod event_queue;
mod exports;
mod faults;
mod inventory;
mod journal;
mod model_request;
mod options;
mod out_of_band;
mod page;
mod policy;
mod properties;
mod property_validation;
mod random;
mod requests;
mod resource_type;
mod stack;
mod template;
mod text;

pub use cloud::{Cloud, SavedError};
pub use durations::Percent;
pub use faults::{Effect, Fault, FaultRates, ResourceOperation};
pub use inventory::models;
pub use journal::JournalError;
pub use options::{Options, UnknownTypes};
pub use out_of_band::{OutOfBandChange, OutOfBandError, PhysicalResourceView, SsmParameter};
