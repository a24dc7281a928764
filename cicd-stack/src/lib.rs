//! What deploys everything else.
//!
//! So far the stack `bootstrap`: applied once by a person, before any other stack, and deleted
//! last. No pipeline may touch it, since it holds what limits them.

pub mod bootstrap;

use common::environment::Environment;
use common::stack::{StackArtifact, StackError};

const CRATE: &str = env!("CARGO_PKG_NAME");

/// Defines the stacks.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stacks(environment: &Environment) -> Result<Vec<StackArtifact>, StackError> {
    Ok(vec![bootstrap::stack(environment)?])
}
