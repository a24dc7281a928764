//! Signed requests to services that are not worth a crate of the SDK.
//!
//! One client for the protocols that AWS speaks, with the SDK's own signer, connections, retries
//! and credentials; and per service a file of small typed calls, each naming the page of the API
//! that it speaks. Only calls that are safe to repeat belong here, since each may be attempted
//! more than once. A call that grows beyond a few fields is a reason to take the service's crate.

mod answer;
mod call;
mod client;
pub mod ec2;
mod encoding;
mod error;
mod service;
mod signer;
pub mod xml;

pub use answer::Response;
pub use call::{Call, JsonVersion, Method};
pub use client::Signed;
pub use error::SignedError;
pub use service::{Global, Service};
