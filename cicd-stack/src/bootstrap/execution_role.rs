//! The execution role: what CloudFormation acts as for every stack but bootstrap, when the definition is
//! deployed. A release has a role of its own.

use common::environment::Environment;
use common::resources::{Handle, iam};
use common::template::Template;
use common::template::policy::{PolicyDocument, ServicePrincipal};

use super::roles::attached;
use crate::permissions::{self, BootstrapThings, PermissionError, ServiceActions};

/// Adds the role and its generated policies.
///
/// # Errors
/// When they get too long or too many.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    actions: &ServiceActions,
    bootstrap: &BootstrapThings,
) -> Result<Handle<iam::Role>, Vec<PermissionError>> {
    let names = environment.names();
    let name = names.role("execution");
    let policies = permissions::policies(environment, actions, bootstrap)?;
    let attached = attached(template, environment, "ExecutionRole", &name, policies);
    Ok(template.add(
        "ExecutionRole",
        iam::Role::new(PolicyDocument::trust(ServicePrincipal::CloudFormation))
            .role_name(&name)
            .path(names.bootstrap_path())
            .description("What CloudFormation does for every stack but those of bootstrap")
            .permissions_boundary(super::exports(environment).definition_boundary.import())
            .managed_policy_arns(attached),
    ))
}
