//! Templates of one environment, read as what they will be.
//!
//! Intrinsic functions are resolved, through the imports of other stacks, to the values that
//! CloudFormation would put in. Names that a template gives are those; identifiers that AWS chooses
//! are made up, the same each time. Anything that isn't understood is an error, never left out:
//! what is read here decides whether something is permitted. Nothing here asks AWS.

mod error;
mod physical;
mod resolve;
mod stacks;

pub use error::TemplateError;
pub use physical::Identity;
pub use stacks::{Resource, Stacks};
