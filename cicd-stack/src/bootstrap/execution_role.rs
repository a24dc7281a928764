//! The execution role: what CloudFormation acts as for every stack but bootstrap.

use common::environment::Environment;
use common::resources::{Handle, iam};
use common::template::Template;
use common::template::policy::{PolicyDocument, ServicePrincipal};

use crate::permissions::{self, BootstrapThings, PermissionError};

/// Adds the role and its generated policies.
///
/// # Errors
/// When they can't be generated for these resource types.
pub(super) fn add<'a>(
    template: &mut Template,
    environment: &Environment,
    resource_types: impl IntoIterator<Item = &'a str>,
    bootstrap: &BootstrapThings,
) -> Result<Handle<iam::Role>, Vec<PermissionError>> {
    let names = environment.names();
    let name = names.role("execution");
    let description = "What CloudFormation does for every stack but bootstrap";
    let role = template.add(
        "ExecutionRole",
        iam::Role::new(PolicyDocument::trust(ServicePrincipal::CloudFormation))
            .role_name(&name)
            .path(names.bootstrap_path())
            .description(description)
            .permissions_boundary(super::exports(environment).definition_boundary.import()),
    );
    let policies = permissions::policies(environment, resource_types, bootstrap)?;
    for (index, policy) in policies.into_iter().enumerate() {
        let number = index + 1;
        template.add(
            format!("ExecutionRolePolicy{number}"),
            iam::ManagedPolicy::new(policy)
                .managed_policy_name(format!("{name}-{number}"))
                .path(names.bootstrap_path())
                .description(description)
                .roles([role.reference()]),
        );
    }
    Ok(role)
}
