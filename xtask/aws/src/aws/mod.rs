//! The dictionary's client, implemented with the AWS SDK.
//!
//! One file per theme of the API. Answers become the dictionary's values in `translation`, errors
//! the dictionary's in `errors`; nothing outside of this folder knows the SDK's types, and nothing in
//! it decides.

pub(crate) mod answer;
mod change_sets;
mod client;
mod connection;
mod credentials;
mod drift;
pub(crate) mod errors;
mod http;
mod pages;
mod profiles;
mod protection;
mod remains;
mod stacks;
mod translation;

pub(crate) use answer::hint;
pub use client::Aws;
pub use connection::{ConnectError, Settings, connect};
pub(crate) use credentials::hint as credentials_hint;
