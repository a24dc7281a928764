//! The stack `bootstrap-roles`: the roles that deploy.
//!
//! CloudFormation's permissions change with the definition, so a person applies this stack again when a
//! resource type is used for the first time: a pipeline that could extend its own permissions would have no limit.

use common::environment::Environment;
use common::naming::StackKind;
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::exports::{
    ARTIFACTS, RELEASES, RoleOutputs, bucket_name, role_exports, roles_stack_name,
};
use super::{deploy_role, generated_roles, service_linked_roles};
use crate::arn;
use crate::permissions::{BootstrapResources, PermissionError, ServiceActions};

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
    .applied_manually();
    let template = &mut stack.template;
    let bootstrap = bootstrap_resources(environment);
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

/// The resources of bootstrap whose names match the patterns of other stacks' resources: all but roles and
/// policies, which [`BootstrapResources`] knows.
fn bootstrap_resources(environment: &Environment) -> BootstrapResources {
    let names = environment.names();
    let own = |service: &str, resource: &str| arn::regional(environment, service, resource);
    let bucket = |what: &str| arn::unplaced("s3", &format!("{}*", bucket_name(environment, what)));
    let function = service_linked_roles::NAME;
    BootstrapResources::new(
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
