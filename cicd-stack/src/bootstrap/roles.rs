//! The stack of the roles that deploy: `bootstrap-roles`.
//!
//! What CloudFormation may do changes with the definition, so this stack is applied again when a
//! type of resource is used for the first time. By a person: a pipeline that could permit itself
//! more would be limited by nothing.

use common::environment::Environment;
use common::naming::StackKind;
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::exports::{
    ARTIFACTS, RELEASES, RoleOutputs, bucket_name, role_exports, roles_stack_name,
};
use super::{deploy_role, generated_roles, service_linked_roles};
use crate::arn;
use crate::permissions::{BootstrapThings, PermissionError, ServiceActions};

/// Defines the stack, for templates whose resources take these actions, and these to be read.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn roles(
    environment: &Environment,
    actions: &ServiceActions,
    reads: &ServiceActions,
) -> Result<StackArtifact, StackError> {
    let mut stack = StackBuilder::new(
        environment,
        roles_stack_name(environment),
        "What deploys the stacks",
    )
    .applied_by_a_person();
    let template = &mut stack.template;
    let bootstrap = things(environment);
    let refused = |errors: Vec<PermissionError>| {
        PermissionError::refuse(&roles_stack_name(environment), &errors)
    };
    let execution = generated_roles::add_execution_role(template, environment, actions, &bootstrap)
        .map_err(refused)?;
    generated_roles::add_drift_role(template, environment, reads).map_err(refused)?;
    let deploy = deploy_role::add(template, environment, &execution.attr_arn());
    RoleOutputs {
        deploy_role: deploy.attr_arn(),
        execution_role: execution.attr_arn(),
    }
    .publish(&mut stack, &role_exports(environment));
    stack.finish(env!("CARGO_PKG_NAME"))
}

/// What of bootstrap could be told by its name to be another stack's: all but roles and policies,
/// which have a path of their own.
fn things(environment: &Environment) -> BootstrapThings {
    let names = environment.names();
    let own = |service: &str, resource: &str| arn::regional(environment, service, resource);
    let bucket = |what: &str| arn::unplaced("s3", &format!("{}*", bucket_name(environment, what)));
    let function = service_linked_roles::NAME;
    BootstrapThings::new(
        environment,
        [
            own(
                "cloudformation",
                &format!("stack/{}*", names.stack(&StackKind::Bootstrap)),
            ),
            bucket(ARTIFACTS),
            bucket(RELEASES),
            own("kms", &names.key_alias("artifacts")),
            own("lambda", &format!("function:{}", names.shared(function))),
            own(
                "logs",
                &format!("log-group:{}*", names.log_group("bootstrap", "")),
            ),
            own("sns", &names.shared("pipeline-alarms")),
        ],
    )
}
