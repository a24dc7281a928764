//! What deploys everything else.
//!
//! Three kinds of stack: `bootstrap` and `bootstrap-roles`, applied by a person, before any other,
//! and deleted last: they hold what limits the others. `cicd`, the pipeline by which this definition deploys
//! itself. `pipeline-<name>`, once per application, by which its releases are built and deployed.

pub mod application;
mod arn;
pub mod bootstrap;
pub mod definition;
mod deployment;
pub mod permissions;
mod pipeline;
mod project;

use std::collections::BTreeSet;

use common::environment::Environment;
use common::stack::{StackArtifact, StackError};

const CRATE: &str = env!("CARGO_PKG_NAME");

/// Defines the stacks.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stacks(environment: &Environment) -> Result<Vec<StackArtifact>, StackError> {
    let mut stacks = vec![definition::stack(environment)?];
    for application in &environment.applications {
        stacks.push(application::stack(environment, application)?);
    }
    // The execution role is permitted what the templates hold, all but bootstrap's own.
    let own = stacks.iter().flat_map(|stack| &stack.resource_types);
    let mut types: BTreeSet<&str> = ecs_stack::resource_types(environment);
    types.extend(own.map(String::as_str));
    let roles = bootstrap::roles(environment, types.iter().copied())?;
    let bootstrap = bootstrap::stack(environment, types)?;
    if let Some(cicd) = stacks.first() {
        let faults = definition::faults(environment, &roles, cicd);
        if !faults.is_empty() {
            return Err(StackError::Rules {
                stack: cicd.name.clone(),
                faults: faults.iter().map(ToString::to_string).collect(),
            });
        }
    }
    stacks.extend([bootstrap, roles]);
    Ok(stacks)
}
