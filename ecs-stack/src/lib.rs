//! The cluster of an environment, and the applications on it.
//!
//! Three kinds of stack: `ecs`, the cluster and its machines; `application-<name>`, an
//! application's persistent resources; `service-<name>`, its ECS service. The last two exist once
//! per application, so that no template grows with their number and a change of one application
//! touches only its own stacks.

pub mod application;
pub mod cluster;
pub mod service;

use std::collections::BTreeSet;

use common::environment::Environment;
use common::stack::{StackArtifact, StackError};

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

/// The resource types in the stacks of this crate and in those that it imports from. The templates are not
/// checked for it.
#[must_use]
pub fn resource_types(environment: &Environment) -> BTreeSet<&'static str> {
    let mut builders = vec![
        network_stack::builder(environment),
        loadbalancer_stack::builder(environment),
        cluster::builder(environment),
    ];
    for application in &environment.applications {
        builders.push(application::builder(environment, application));
        builders.push(service::builder(environment, application));
    }
    let resources = builders
        .iter()
        .flat_map(|builder| builder.template.resources());
    resources.map(|(_, resource)| resource.facts.name).collect()
}
