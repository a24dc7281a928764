//! The engine deploys to the local CloudFormation, in virtual time.

mod create;
mod support;
