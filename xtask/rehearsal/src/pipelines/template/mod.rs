//! Templates of one environment, resolved.
//!
//! Intrinsic functions are resolved, across imports of other stacks, to the values that
//! CloudFormation would fill in. Names in the templates are used as they are; identifiers that AWS
//! chooses are made up, the same each time. Anything unsupported is an error and never skipped,
//! since decisions about permissions depend on it. Pure.

mod error;
mod physical;
mod resolve;
mod stacks;

pub use error::TemplateError;
pub use physical::Identity;
pub use stacks::{Resource, Stacks};
