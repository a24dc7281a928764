//! An application's two roles: the task role of its containers, and the execution role with which ECS starts
//! them.
//!
//! They are not in the service's stack: a release changes the service, and must not change permissions.

use common::application::Application;
use common::environment::Environment;
use common::grant::{
    GrantKey as _, GrantLogGroup as _, GrantRepository as _, GrantSecret as _, RoleBuilder,
};
use common::naming::ApplicationRole;
use common::resources::kinds::{KeyArn, LogGroupArn, RepositoryArn, RoleArn, SecretArn};
use common::template::policy::ServicePrincipal;
use common::template::{Template, Value};

/// The resources that starting the containers needs.
pub(super) struct Started {
    pub(super) repository: Value<RepositoryArn>,
    pub(super) log_group: Value<LogGroupArn>,
    pub(super) secrets: Vec<Value<SecretArn>>,
    pub(super) key: Value<KeyArn>,
}

pub(super) struct Roles {
    pub(super) task: Value<RoleArn>,
    pub(super) execution: Value<RoleArn>,
}

/// Adds the roles. Each application has its own, so none can read another's secrets; its
/// containers may do nothing in AWS until they are granted it here.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
    started: &Started,
) -> Roles {
    let names = environment.names();
    let role = |id: &str, kind: ApplicationRole, description: String| {
        RoleBuilder::new(
            environment,
            id,
            names.application_role(&application.name, kind),
            ServicePrincipal::EcsTasks,
            &description,
        )
        .for_this_account_only()
    };
    let task = role(
        "TaskRole",
        ApplicationRole::Task,
        format!("What the containers of {} may do", application.name),
    )
    .add_to(template);

    let mut execution = role(
        "ExecutionRole",
        ApplicationRole::Execution,
        format!("Starts the containers of {}", application.name),
    );
    started.repository.grant_pull(&mut execution);
    started.log_group.grant_write(&mut execution);
    if !started.secrets.is_empty() {
        started.secrets.grant_read(&mut execution);
        started.key.grant_decrypt(&mut execution, "secretsmanager");
    }
    Roles {
        task: task.attr_arn(),
        execution: execution.add_to(template).attr_arn(),
    }
}
