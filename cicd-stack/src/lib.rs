//! The stacks that deploy everything else.
//!
//! Three kinds: `bootstrap` and `bootstrap-roles`, applied by a person before any other and deleted
//! last, hold what limits the others. `cicd` has the pipeline that deploys this definition itself.
//! `pipeline-<name>`, one per application, builds and deploys its releases.

mod arn;
pub mod bootstrap;
mod codebuild;
mod codepipeline;
pub mod permissions;
pub mod pipeline;
pub mod self_update;

use std::collections::BTreeSet;

use common::environment::Environment;
use common::naming::StackKind;
use common::stack::{StackArtifact, StackError};

/// Defines the stacks.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stacks(environment: &Environment) -> Result<Vec<StackArtifact>, StackError> {
    let mut stacks = vec![self_update::stack(environment)?];
    for application in &environment.applications {
        stacks.push(pipeline::stack(environment, application)?);
    }
    let types = managed_types(environment, &stacks);
    let roles = environment.names().stack(&StackKind::BootstrapRoles);
    let refused = |errors: Vec<_>| permissions::PermissionError::refuse(&roles, &errors);
    let actions = permissions::actions(types.iter().copied()).map_err(refused)?;
    let bootstrap_types = bootstrap::OWN_TYPES;
    let reads = permissions::reads(types.into_iter().chain(bootstrap_types)).map_err(refused)?;
    let roles = bootstrap::roles(environment, &actions, &reads)?;
    let bootstrap = bootstrap::stack(environment, &actions, &reads)?;
    if let Some(cicd) = stacks.first() {
        let faults = self_update::check(environment, &roles, cicd);
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

/// The resource types that may be deployed: those in the templates of all stacks but bootstrap's.
/// `own` are the stacks of this crate.
///
/// Stacks that `ecs-stack` does not import from are not known here; what only they hold is named in
/// [`permissions::TYPES_ELSEWHERE`].
#[must_use]
pub fn managed_types<'a>(environment: &Environment, own: &'a [StackArtifact]) -> BTreeSet<&'a str> {
    let mut types: BTreeSet<&str> = ecs_stack::resource_types(environment);
    types.extend(permissions::TYPES_ELSEWHERE);
    let pipelines = own.iter().filter(|stack| !stack.applied_manually);
    types.extend(pipelines.flat_map(|stack| stack.resource_types.iter().map(String::as_str)));
    types
}
