//! A policy evaluator that decides as IAM does.
//!
//! It reads roles, policies and boundaries from templates and decides requests, naming the
//! statement that decides. Pure. What it doesn't support it refuses to read: a skipped operator or
//! variable would make a decision that only looks like IAM's.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod condition;
mod decide;
mod document;
mod error;
mod managed;
mod policies;
mod read;
mod request;

pub use decide::{Decision, Denial, ServiceCaller};
pub use document::{Document, Principal, Statement};
pub use error::PolicyError;
pub use policies::{
    AllowedActions, MatchedStatement, NamedDocument, Policies, ResourcePolicy, Role,
};
pub use request::{Context, Request};
