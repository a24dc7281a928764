//! An application's two roles: what its containers may do, and what ECS does to start them.

use common::application::Application;
use common::environment::Environment;
use common::grant::{GrantKey as _, GrantLogGroup as _, GrantRepository as _, GrantSecret as _, RoleBuilder};
use common::naming::ApplicationRole;
use common::resources::{Handle, iam};
use common::template::policy::ServicePrincipal;
use common::template::{Template, Value, sub};

use crate::application;

pub(super) struct Roles {
    pub(super) task: Handle<iam::Role>,
    pub(super) execution: Handle<iam::Role>,
}

/// Adds the roles. Each application has its own, so none can read another's secrets; its
/// containers may do nothing in AWS until they are granted it here.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
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

    let kept = application::exports(environment, application);
    let key = network_stack::exports(environment).data_key.import();
    let mut execution = role(
        "ExecutionRole",
        ApplicationRole::Execution,
        format!("Starts the containers of {}", application.name),
    );
    let arn = |service: &str, resource: &str, name: Value<String>| {
        sub(format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"))
            .with("Name", name)
    };
    arn("ecr", "repository/${Name}", kept.repository.import().into())
        .value()
        .grant_pull(&mut execution);
    arn("logs", "log-group:${Name}:*", kept.log_group.import().into())
        .value()
        .grant_write(&mut execution);
    if !application.secrets.is_empty() {
        let secrets: Vec<_> = application
            .secrets
            .iter()
            .map(|secret| application::secret_export(environment, application, secret).import())
            .collect();
        secrets.grant_read(&mut execution);
        key.grant_decrypt(&mut execution, "secretsmanager");
    }
    Roles { task, execution: execution.add_to(template) }
}
