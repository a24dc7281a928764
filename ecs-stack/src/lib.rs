//! The cluster of an environment, and the applications on it.
//!
//! Three kinds of stack: `ecs`, the cluster and its machines; `application-<name>`, what an
//! application keeps whatever happens to it; `service-<name>`, what of it runs. The last two once
//! per application, so that no template grows with their number and a change of one application
//! touches only its own stacks.

pub mod application;
pub mod cluster;
pub mod service;

use common::environment::Environment;
use common::stack::{StackArtifact, StackError};

const CRATE: &str = env!("CARGO_PKG_NAME");

/// Defines the stacks.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stacks(environment: &Environment) -> Result<Vec<StackArtifact>, StackError> {
    let mut stacks = vec![cluster::stack(environment)?];
    for application in &environment.applications {
        stacks.push(application::stack(environment, application)?);
        stacks.push(service::stack(environment, application)?);
    }
    Ok(stacks)
}

/// The stacks of this crate, and of those that it imports from: everything that runs.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn with_what_it_stands_on(environment: &Environment) -> Result<Vec<StackArtifact>, StackError> {
    let mut all = network_stack::stacks(environment)?;
    all.extend(loadbalancer_stack::stacks(environment)?);
    all.extend(stacks(environment)?);
    Ok(all)
}
