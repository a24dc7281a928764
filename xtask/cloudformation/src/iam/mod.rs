//! The reader of policy documents, and the matching of their patterns.
//!
//! A [`Statement`] is a view of JSON as a template has it: its values may be intrinsic functions. Whether a
//! statement applies to a request, or covers another statement, is decided elsewhere; all of them read with this
//! and match with the patterns here. Stack policies have the same grammar.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod document;
mod pattern;
mod statement;

pub use document::{documents, statements};
pub use pattern::{arn_like, covers, glob};
pub use statement::{Condition, Effect, Element, Principal, Statement, StatementError};
