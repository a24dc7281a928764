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
mod granted;
mod managed;
mod pattern;
mod read;
mod request;
mod rights;

pub use decide::{Decision, Denial, Ground};
pub use document::{Document, Effect, Matching, Principal, Statement};
pub use error::PolicyError;
pub use granted::Granted;
pub use pattern::{arn_like, glob};
pub use request::{Context, Request};
pub use rights::{NamedDocument, ResourcePolicy, Rights, Role};
