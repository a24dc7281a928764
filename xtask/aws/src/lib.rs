//! The AWS SDK behind the deploy engine.
//!
//! The adapter to CloudFormation and STS ([`sdk`]), signed requests to the other services ([`signed`],
//! [`services`]), and `deployer`, the program for real accounts. Nothing here decides: planning,
//! executing, reports and verbs are in `deploy`, which never sees a type of the SDK.

#![warn(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

mod backend;
pub mod conformance;
pub mod sdk;
pub mod services;
pub mod signed;
