//! The client trait of `cloudformation`, implemented with the AWS SDK.
//!
//! `translation` turns answers into the trait's values, and `errors` errors into its errors. Nothing outside of this
//! folder knows the SDK's CloudFormation and STS types, and nothing in it decides.

pub(crate) mod answer;
mod client;
mod connection;
mod credentials;
mod deleted_stacks;
mod drift;
pub(crate) mod errors;
mod http;
pub(crate) mod pages;
mod profiles;
mod translation;

pub(crate) use answer::hint;
pub use client::Aws;
pub use connection::{ConnectError, Settings, connect};
pub(crate) use credentials::hint as credentials_hint;
