//! IAM policy documents, typed.
//!
//! A statement is built from actions and resources; the one who may do it is a [`Principal`] in
//! resource policies and in trust policies. Grants (in `common`) write most statements; one that
//! is written by hand says why.

mod document;
mod managed;
mod principal;
mod statement;

pub use document::PolicyDocument;
pub use managed::ManagedPolicy;
pub use principal::{Principal, ServicePrincipal};
pub use statement::{Effect, Statement};
