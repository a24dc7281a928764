//! The two roles whose policies are generated: the execution role and the drift role.

use common::environment::Environment;
use common::resources::kinds::ManagedPolicyArn;
use common::resources::{Handle, iam};
use common::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use common::template::{Template, Value};

use super::exports::exports;
use crate::arn;
use crate::permissions::{self, BootstrapResources, PermissionError, ServiceActions};

/// Adds the role that CloudFormation acts as for every stack but bootstrap's when the definition is deployed,
/// and its generated policies. A release has a role of its own.
///
/// # Errors
/// When they get too long or too many.
pub(super) fn add_execution_role(
    template: &mut Template,
    environment: &Environment,
    actions: &ServiceActions,
    bootstrap: &BootstrapResources,
) -> Result<Handle<iam::Role>, Vec<PermissionError>> {
    let names = environment.names();
    let name = names.role("execution");
    let policies = permissions::policies(environment, actions, bootstrap)?;
    let attached = attach_policies(template, environment, "ExecutionRole", &name, policies);
    Ok(template.add(
        "ExecutionRole",
        iam::Role::new(PolicyDocument::trust(ServicePrincipal::CloudFormation))
            .role_name(&name)
            .path(names.bootstrap_path())
            .description("What CloudFormation does for every stack but those of bootstrap")
            .permissions_boundary(exports(environment).definition_boundary.import())
            .managed_policy_arns(attached),
    ))
}

/// Adds the role that a person assumes to detect drift, which reads resources with the caller's rights, and its
/// generated policies.
///
/// No pipeline may assume it: stage Verify shows the result of the last detection and starts none, and its role is
/// that of stage Check, where tests run.
///
/// # Errors
/// When they get too long or too many.
pub(super) fn add_drift_role(
    template: &mut Template,
    environment: &Environment,
    reads: &ServiceActions,
) -> Result<(), Vec<PermissionError>> {
    let names = environment.names();
    let name = names.role("drift");
    let policies = permissions::drift(environment, reads)?;
    let attached = attach_policies(template, environment, "DriftRole", &name, policies);
    // Which principals of the account may assume it is decided by their own policies; the definition's roles are
    // refused here as well.
    let trust = Statement::allow(["sts:AssumeRole"])
        .by(Principal::this_account())
        .when("ArnNotLike", "aws:PrincipalArn", arn::definition_roles());
    template.add(
        "DriftRole",
        iam::Role::new(PolicyDocument::new().with(trust))
            .role_name(&name)
            .path(names.bootstrap_path())
            .description("Compares the environment's resources with their templates")
            .permissions_boundary(exports(environment).definition_boundary.import())
            .managed_policy_arns(attached),
    );
    Ok(())
}

/// Adds the generated policies of a role, numbered; returns the references to attach.
///
/// Before the role, so that whatever waits for it has its permissions. Without descriptions: they could
/// never be changed, since a policy of a fixed name can't be replaced.
fn attach_policies(
    template: &mut Template,
    environment: &Environment,
    logical_id: &str,
    role_name: &str,
    policies: Vec<PolicyDocument>,
) -> Vec<Value<ManagedPolicyArn>> {
    let path = environment.names().bootstrap_path();
    let numbered = policies.into_iter().zip(1..);
    numbered
        .map(|(policy, number)| {
            let policy = iam::ManagedPolicy::new(policy)
                .managed_policy_name(format!("{role_name}-{number}"))
                .path(path.clone());
            template
                .add(format!("{logical_id}Policy{number}"), policy)
                .reference()
        })
        .collect()
}
