//! The permissions of an application's release role: on its service, and on nothing else.
//!
//! They are generated, like those of the environment's execution role, from the resource types of the template
//! that is deployed. The role creates and changes no role or policy: the definition decides what the containers
//! may do, and the two roles it created for them are the only ones that can be passed.
//!
//! It registers no privileged task. There are no condition keys for host mounts, host networking and added
//! capabilities: control of an application's deploy role still allows registering a task with those.
//!
//! Two services leave a gap. Who may make a rule of the listener may make any, and CloudFormation names
//! target groups and scalable targets itself: requests of other applications could be led astray with
//! this, and never their secrets or data.

use common::alarm;
use common::application::{Application, Host};
use common::environment::Environment;
use common::naming::ApplicationRole;
use common::template::policy::Statement;

use super::policies::by_service;
use super::services::{page, service};
use super::{PermissionError, actions};
use crate::arn;

/// The statements for an application's service.
///
/// # Errors
/// When a table lacks the actions of a type in the service's template, or their resources.
pub(crate) fn release(
    environment: &Environment,
    application: &Application,
) -> Result<Vec<Statement>, Vec<PermissionError>> {
    let builder = ecs_stack::service::builder(environment, application);
    let resources = builder.template.resources();
    let types: Vec<&str> = resources.map(|(_, resource)| resource.facts.name).collect();
    let actions = actions(types)?;
    let unplaced = actions.iter().filter_map(|(prefix, actions)| {
        let service = service(prefix)?;
        let mut scoped = actions.iter().filter(|one| !service.is_unscoped(one));
        let action = scoped.next()?;
        places(environment, application, prefix)
            .is_empty()
            .then(|| PermissionError::OutOfReach {
                application: application.name.to_string(),
                action: format!("{prefix}:{action}"),
            })
    });
    let unplaced: Vec<PermissionError> = unplaced.collect();
    if !unplaced.is_empty() {
        return Err(unplaced);
    }
    let mut statements = by_service(&actions, |service| {
        places(environment, application, service.prefix)
    });
    statements.extend(roles(environment, application));
    statements.push(unprivileged());
    Ok(statements)
}

/// Where a service's actions apply to what an application's service is made of.
fn places(environment: &Environment, application: &Application, service: &str) -> Vec<String> {
    let names = environment.names();
    let name = &application.name;
    let (prefix, cluster, own) = (names.prefix(), names.cluster(), names.service(name));
    let resources = match service {
        "application-autoscaling" => vec!["scalable-target/*".to_owned()],
        "cloudwatch" => vec![
            format!("alarm:{}", names.shared(&alarm::service_alarm(name, "*"))),
            // Target tracking makes alarms of its own: `…-AlarmHigh-…`, and no application's name has a
            // capital.
            format!("alarm:TargetTracking-service/{cluster}/{own}-Alarm*"),
        ],
        "ecs" => vec![
            format!("service-deployment/{cluster}/{own}/*"),
            format!("service/{cluster}/{own}"),
            format!("task-definition/{}:*", names.task_family(name)),
        ],
        // Of an application with a host of its own: the certificate for it, whose ARN AWS chooses, and
        // the records in its zone.
        "acm" => vec!["certificate/*".to_owned()],
        "route53" => {
            let own = application.ingress.as_ref().map(|entry| &entry.host);
            let Some(Host::Full { hosted_zone, .. }) = own else {
                return Vec::new();
            };
            let resources = [format!("hostedzone/{hosted_zone}"), "change/*".to_owned()];
            return resources.map(|one| arn::unplaced(service, &one)).into();
        }
        "elasticloadbalancing" => vec![
            format!("listener-rule/app/{prefix}-*"),
            format!("listener/app/{prefix}-*"),
            "targetgroup/*".to_owned(),
        ],
        _ => Vec::new(),
    };
    let regional = |resource: String| arn::regional(environment, service, &resource);
    resources.into_iter().map(regional).collect()
}

/// A privileged container is root on its machine, and reaches the roles and secrets of every other container
/// there. A denial, so that nothing depends on whether requests for other tasks carry the key.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>
fn unprivileged() -> Statement {
    Statement::deny(["ecs:RegisterTaskDefinition"])
        .sid("NoPrivilegedTasks")
        .on_everything(page("ecs"))
        .when("StringEquals", "ecs:privileged", "true")
}

fn roles(environment: &Environment, application: &Application) -> [Statement; 3] {
    let names = environment.names();
    let path = names.role_path();
    let own = [ApplicationRole::Task, ApplicationRole::Execution].map(|role| {
        let name = names.application_role(&application.name, role);
        arn::global(environment, "iam", &format!("role{path}{name}"))
    });
    let scaling = "ecs.application-autoscaling.amazonaws.com";
    [
        Statement::allow(["iam:GetRole"])
            .sid("LookAtOwnRoles")
            .on_each(own.clone()),
        Statement::allow(["iam:PassRole"])
            .sid("PassOwnRoles")
            .on_each(own)
            .when(
                "StringEquals",
                "iam:PassedToService",
                "ecs-tasks.amazonaws.com",
            ),
        Statement::allow(["iam:CreateServiceLinkedRole"])
            .sid("ServiceLinkedRole")
            .on(arn::global(
                environment,
                "iam",
                &format!("role/aws-service-role/{scaling}/*"),
            ))
            .when("StringEquals", "iam:AWSServiceName", scaling),
    ]
}
