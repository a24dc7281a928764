//! The deploy engine's port, implemented with the AWS SDK.
//!
//! One file per theme of the API. Answers become the port's own values in `translation`, errors
//! become the port's own in `errors`; nothing outside of this folder knows the SDK's types, and
//! nothing in it decides.

pub(crate) mod answer;
mod change_sets;
mod client;
pub(crate) mod codes;
mod connection;
mod credentials;
mod drift;
mod errors;
mod http;
pub(crate) mod pages;
mod profiles;
mod protection;
mod remains;
mod stacks;
mod translation;

pub(crate) use answer::hint;
pub use client::Aws;
pub use connection::{ConnectError, Settings, connect};
pub(crate) use credentials::hint as credentials_hint;
