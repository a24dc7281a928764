//! Builds of pull requests: the tests, and nothing else.
//!
//! Somebody's proposal runs here before anybody has read it. So the role has no secret, no image,
//! no artifact and no stack: it reads the repository, writes its log and its test reports. Every
//! proposal waits for a word of somebody who may write to the repository, unless it is theirs.
//!
//! The token that CodeBuild reads the repository with belongs to the connection, and reaches every
//! repository that the connection does. So these builds have a connection of their own, which does
//! not reach the definition's repository; an environment without one builds no pull requests.
//!
//! Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html>

use common::application::Application;
use common::environment::{ConnectionArn, Environment};
use common::grant::RoleBuilder;
use common::naming::ApplicationRole;
use common::resources::codebuild::Project;
use common::resources::codebuild::project::{Artifacts, EnvironmentVariable, ProjectRequired};
use common::stack::StackBuilder;
use common::template::policy::ServicePrincipal;

use super::build::{grant_reports, reports};
use crate::project::{Grants, Size, log_config, machine, role_arn};
use crate::{arn, bootstrap, proposal};

const BUILDSPEC: &str = include_str!("../../../buildspecs/application-pull-request.yml");

/// Adds the project, its role, log group and report group, where there is a connection for it.
pub(super) fn add(stack: &mut StackBuilder, environment: &Environment, application: &Application) {
    let Some(connection) = &environment.pipeline.pull_requests else {
        stack.note(
            "pull requests are not built: `pipeline.pull_requests` names no connection for them",
        );
        return;
    };
    let template = &mut stack.template;
    let names = environment.names();
    let name = names.application_project(&application.name, "pull-request");
    let log_group = names.pipeline_log_group(&application.name, "pull-request");
    let key = bootstrap::exports(environment).artifact_key.import();
    reports(template, "PullRequestReports", &name);
    let role = role(environment, application, connection, &name, &log_group).add_to(template);
    let group = template.add(
        "PullRequestProjectLogGroup",
        common::logs::group(environment, log_group, &key),
    );
    let source = proposal::source(&application.repository, connection)
        .git_clone_depth(1)
        .build_spec(BUILDSPEC);
    let required = ProjectRequired {
        artifacts: Artifacts::new("NO_ARTIFACTS").into(),
        environment: machine(environment, Size::Small, false)
            .environment_variables([EnvironmentVariable::new(
                "TEST_COMMAND",
                application.build.test.as_str(),
            )])
            .into(),
        service_role: role_arn(&role),
        source: source.into(),
    };
    template.add(
        "PullRequestProject",
        Project::new(required)
            .name(name)
            .description(format!(
                "Tests proposals for {} ({})",
                application.name, environment.name
            ))
            .encryption_key(key)
            .logs_config(log_config(&group))
            .timeout_in_minutes(30)
            .queued_timeout_in_minutes(60)
            .triggers(proposal::triggers(&environment.branch)),
    );
}

fn role(
    environment: &Environment,
    application: &Application,
    connection: &ConnectionArn,
    project: &str,
    log_group: &str,
) -> RoleBuilder {
    let mut role = RoleBuilder::new(
        environment,
        "PullRequestRole",
        environment
            .names()
            .application_role(&application.name, ApplicationRole::PullRequest),
        ServicePrincipal::CodeBuild,
        &format!("Tests proposals for {}", application.name),
    )
    .for_this_account_only()
    .on_behalf_of(arn::project(environment, project))
    .of_the_definition();
    Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    }
    .logs(&mut role, log_group);
    grant_reports(&mut role, environment, project);
    proposal::grant_repository(&mut role, connection);
    role
}
