//! The stack of the roles that deploy: `bootstrap-roles`.
//!
//! What CloudFormation may do changes with the definition, so this stack is applied again when a
//! type of resource is used for the first time. By a person: a pipeline that could permit itself
//! more would be limited by nothing.

use common::environment::Environment;
use common::naming::{StackKind, StackName};
use common::resources::iam;
use common::resources::kinds::{ManagedPolicyArn, RoleArn};
use common::stack::{StackArtifact, StackBuilder, StackError};
use common::template::policy::PolicyDocument;
use common::template::{Template, Value, sub};

use super::{deploy_role, drift_role, execution_role, service_linked_roles};
use crate::arn;
use crate::permissions::{BootstrapThings, PermissionError, ServiceActions};
use crate::project::{ARTIFACTS, RELEASES, bucket_name};

common::exports! {
    /// The roles that deploy.
    pub struct RoleExports, filled by RoleOutputs {
        /// Deploys the definition
        deploy_role: RoleArn = "DeployRole",
        /// What CloudFormation acts as
        execution_role: RoleArn = "ExecutionRole",
    }
}

/// The exports of the stack of an environment.
#[must_use]
pub fn role_exports(environment: &Environment) -> RoleExports {
    RoleExports::of(&name(environment))
}

fn name(environment: &Environment) -> StackName {
    environment.names().stack(&StackKind::BootstrapRoles)
}

/// Adds the generated policies of a role, numbered, and gives what it is attached to them by.
///
/// Before the role, so that whatever waits for it has its permissions. Without descriptions: they could
/// never be changed, since a policy of a fixed name can't be replaced.
pub(super) fn attached(
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

/// Defines the stack, for templates whose resources take these actions, and these to be read.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn roles(
    environment: &Environment,
    actions: &ServiceActions,
    reads: &ServiceActions,
) -> Result<StackArtifact, StackError> {
    let mut stack = StackBuilder::new(environment, name(environment), "What deploys the stacks")
        .applied_by_a_person();
    let template = &mut stack.template;
    let bootstrap = things(environment);
    let refused =
        |errors: Vec<PermissionError>| PermissionError::refuse(&name(environment), &errors);
    let execution =
        execution_role::add(template, environment, actions, &bootstrap).map_err(refused)?;
    drift_role::add(template, environment, reads).map_err(refused)?;
    let deploy = deploy_role::add(template, environment, &execution.attr_arn());
    RoleOutputs {
        deploy_role: deploy.attr_arn(),
        execution_role: execution.attr_arn(),
    }
    .publish(&mut stack, &role_exports(environment));
    stack.finish(crate::CRATE)
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

/// Every role that a template or bootstrap itself makes, of any environment in the account. The
/// person who applies bootstrap comes with another. What belongs to bootstrap denies them to change
/// it by its own policy: a role that a template makes has no denial but its boundary's.
pub(super) fn roles_of_the_definition() -> Value<String> {
    sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/lemonade/*").into()
}
