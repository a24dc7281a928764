//! Signed requests to services that are not worth a crate of the SDK.
//!
//! One client for AWS's protocols, with the SDK's own signer, connections, retries and credentials.
//! [`crate::services`] makes the calls. Each may be attempted more than once, so only calls that are
//! safe to repeat belong here. A call that grows beyond a few fields is a reason to take the
//! service's crate.

mod answer;
mod call;
mod client;
mod error;
mod service;
mod signer;
pub mod xml;

pub use answer::Response;
pub use call::{Call, JsonVersion, Method};
pub use client::Signed;
pub use error::SignedError;
pub use service::{Global, Service};
