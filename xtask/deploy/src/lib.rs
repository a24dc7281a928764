//! Deploying with the AWS SDK: what `deployer` is made of.
//!
//! Here live the edges of the deploy engine: the adapter to AWS, the guard before the first write,
//! signed requests to services without a crate of their own, and what `operate` asks them. Planning and executing are not
//! here; they are in `deploy-engine`, which knows nothing of the SDK.

pub mod aws;
pub mod guard;
pub mod services;
pub mod signed;
