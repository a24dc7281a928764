//! What roles may do, decided as IAM decides it.
//!
//! Reads the roles, their policies and their boundaries from templates, and answers whether a
//! request is allowed, with the statement that decides. Pure. What it doesn't understand it
//! refuses to read: an operator or a variable that is skipped would make an answer that only looks
//! like IAM's.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod condition;
mod decide;
mod document;
mod error;
mod managed;
mod pattern;
mod policies;
mod read;
mod request;

pub use decide::{Decision, Denial};
pub use document::{Document, Effect, Patterns, Principal, Statement};
pub use error::PolicyError;
pub use pattern::{arn_like, glob};
pub use policies::{
    AllowedActions, MatchedStatement, NamedDocument, Policies, ResourcePolicy, Role,
};
pub use request::{Context, Request};
