//! The stack and its exports.

use common::application::{Application, SecretName};
use common::environment::Environment;
use common::export::{Export, Publish};
use common::naming::{StackKind, StackName};
use common::resources::kinds::{LogGroupName, RepositoryName, RoleArn, SecretArn};
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::{repository, roles, secrets};

common::exports! {
    /// The exports of an application's persistent resources.
    pub struct Exports, filled by Outputs {
        /// Where the application's images are
        repository: RepositoryName = "Repository",
        /// Where the application's containers log to
        log_group: LogGroupName = "LogGroup",
        /// What the application's containers may do
        task_role: RoleArn = "TaskRole",
        /// What ECS does to start them
        execution_role: RoleArn = "ExecutionRole",
    }
}

#[must_use]
pub fn exports(environment: &Environment, application: &Application) -> Exports {
    Exports::of(&name(environment, application))
}

/// The export of one of an application's secrets. How many there are is input, so they are not
/// fields of [`Exports`]; that each is exported is checked when the stacks are joined.
#[must_use]
pub fn secret_export(
    environment: &Environment,
    application: &Application,
    secret: &SecretName,
) -> Export<SecretArn> {
    Export::new(name(environment, application), secrets::logical_id(secret))
}

fn name(environment: &Environment, application: &Application) -> StackName {
    environment
        .names()
        .stack(&StackKind::Application(application.name.clone()))
}

/// Defines the stack.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stack(
    environment: &Environment,
    application: &Application,
) -> Result<StackArtifact, StackError> {
    builder(environment, application).finish(env!("CARGO_PKG_NAME"))
}

/// The stack before its checks.
#[must_use]
pub fn builder(environment: &Environment, application: &Application) -> StackBuilder {
    let network = network_stack::exports(environment);
    let key = network.data_key.import();
    let mut stack = StackBuilder::new(
        environment,
        name(environment, application),
        &format!("What {} keeps", application.name),
    )
    .for_application(&application.name);

    let repository = repository::add(&mut stack.template, environment, application, &key);
    let log_group = stack.template.add(
        "LogGroup",
        common::logs::group(
            environment,
            environment.names().application_log_group(&application.name),
            &key,
        ),
    );
    let secrets: Vec<_> = application
        .secrets
        .iter()
        .map(|secret| {
            let template = &mut stack.template;
            let handle = secrets::add(template, environment, application, secret, &key);
            (secret, handle.reference())
        })
        .collect();
    let started = roles::Started {
        repository: repository.attr_arn(),
        log_group: log_group.attr_arn(),
        secrets: secrets.iter().map(|(_, arn)| arn.clone()).collect(),
        key,
    };
    let roles = roles::add(&mut stack.template, environment, application, &started);
    Outputs {
        repository: repository.reference(),
        log_group: log_group.reference(),
        task_role: roles.task,
        execution_role: roles.execution,
    }
    .publish(&mut stack, &exports(environment, application));
    for (secret, arn) in secrets {
        let export = secret_export(environment, application, secret);
        let description = format!("The secret {secret}");
        Publish::one(&mut stack, &export, &description, arn);
    }
    stack
}
