//! Deploying with the AWS SDK: what `deployer` is made of.
//!
//! Here live the edges of the deploy engine: the adapter to AWS, the guard before the first write,
//! and signed requests to services without a crate of their own. Planning and executing are not
//! here; they are in `deploy-engine`, which knows nothing of the SDK.

pub mod aws;
pub mod guard;
pub mod signed;
