//! The drift role: what a person takes on to have CloudFormation look for drift, which reads resources as its
//! caller.
//!
//! No pipeline may: stage Verify shows what the last detection found and begins none, and its role is that of
//! stage Check, where tests run.

use common::environment::Environment;
use common::resources::iam;
use common::template::Template;
use common::template::policy::{PolicyDocument, Principal, Statement};

use super::roles::{attached, roles_of_the_definition};
use crate::permissions::{self, PermissionError, ServiceActions};

/// Adds the role and its generated policies.
///
/// # Errors
/// When they get too long or too many.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    reads: &ServiceActions,
) -> Result<(), Vec<PermissionError>> {
    let names = environment.names();
    let name = names.role("drift");
    let policies = permissions::drift(environment, reads)?;
    let attached = attached(template, environment, "DriftRole", &name, policies);
    // Whom of the account, its own policies say: who may assume it needs the right to, and roles of the
    // definition are refused here as well.
    let trust = Statement::allow(["sts:AssumeRole"])
        .by(Principal::this_account())
        .when("ArnNotLike", "aws:PrincipalArn", roles_of_the_definition());
    template.add(
        "DriftRole",
        iam::Role::new(PolicyDocument::new().with(trust))
            .role_name(&name)
            .path(names.bootstrap_path())
            .description("Compares the environment's resources with their templates")
            .permissions_boundary(super::exports(environment).definition_boundary.import())
            .managed_policy_arns(attached),
    );
    Ok(())
}
