//! The template of the cluster, as it is deployed.

use common::environment::Environment;
use common::stack::StackError;

const CLUSTER: &str = "ecs";

#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The definition breaks a rule.
    #[error("{0}")]
    Stack(#[from] StackError),
    #[error("the definition has no stack `{CLUSTER}`")]
    NoCluster,
}

/// Synthesizes the template of an environment's cluster.
///
/// # Errors
/// When the definition breaks a rule, or has no cluster.
pub fn template(environment: &Environment) -> Result<String, TemplateError> {
    let stacks = ecs_stack::stacks(environment)?;
    let cluster = stacks.into_iter().find(|stack| stack.id == CLUSTER);
    cluster
        .and_then(|stack| Some(stack.template.as_deref()?.to_owned()))
        .ok_or(TemplateError::NoCluster)
}
