//! The stack and what it exports.

use common::environment::Environment;
use common::naming::{StackKind, StackName};
use common::resources::kinds::ManagedPolicyArn;
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::workload_boundary;

common::exports! {
    /// What bootstrap offers to the stacks of the pipelines. Other stacks know the boundary by its
    /// name, so that none of them depends on this crate.
    pub struct Exports, filled by Outputs {
        /// The most that any role of the definition may do
        workload_boundary: ManagedPolicyArn = "WorkloadBoundary",
    }
}

/// The exports of the bootstrap stack of an environment.
#[must_use]
pub fn exports(environment: &Environment) -> Exports {
    Exports::of(&name(environment))
}

fn name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::Bootstrap)
}

/// Defines the stack.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stack(environment: &Environment) -> Result<StackArtifact, StackError> {
    let mut stack = StackBuilder::new(
        environment,
        name(environment),
        "What limits every other stack",
    )
    .applied_by_a_person();
    let boundary = workload_boundary::add(&mut stack.template, environment);
    Outputs {
        workload_boundary: boundary.reference(),
    }
    .publish(&mut stack, &exports(environment));
    stack.finish(crate::CRATE)
}
