//! Builds of pull requests on the definition: what the checks say, and what would change.
//!
//! A proposal's own code runs here, and its commands are its own too. So the role reads the
//! repository and writes its log: it has no secret, no artifact, no stack, and asks AWS for
//! nothing. It is no substitute for stage Check, which plans against what is deployed.
//!
//! The build holds the token of its connection, and that reaches the definition. So the connection
//! is neither the pipelines' nor that of applications' proposals, and may only read: what it may
//! do is decided at GitHub. An environment without one has no such builds.

use common::environment::{ConnectionArn, Environment};
use common::grant::RoleBuilder;
use common::resources::codebuild::Project;
use common::resources::codebuild::project::{Artifacts, ProjectRequired};
use common::template::Template;
use common::template::policy::ServicePrincipal;

use crate::project::{Grants, Size, log_config, machine, role_arn};
use crate::{arn, bootstrap, proposal};

/// What the project, its role and its log group are called after.
const WHAT: &str = "pull-request";

/// Adds the project, its role and its log group, where there is a connection for it.
pub(super) fn add(template: &mut Template, environment: &Environment) {
    let pipeline = &environment.pipeline;
    let Some(connection) = &pipeline.definition_pull_requests else {
        return;
    };
    let names = environment.names();
    let key = bootstrap::exports(environment).artifact_key.import();
    let role = role(environment, connection).add_to(template);
    let group = template.add(
        "PullRequestProjectLogGroup",
        common::logs::group(environment, names.log_group("cicd", WHAT), &key),
    );
    let required = ProjectRequired {
        artifacts: Artifacts::new("NO_ARTIFACTS").into(),
        environment: machine(environment, Size::Medium, false).into(),
        service_role: role_arn(&role),
        // A full clone: what it is proposed for is compared with.
        source: proposal::source(&pipeline.repository, connection)
            .git_clone_depth(0)
            .build_spec(format!("buildspecs/{WHAT}.yml"))
            .into(),
    };
    template.add(
        "PullRequestProject",
        Project::new(required)
            .name(names.shared(WHAT))
            .description(format!("Checks proposals ({})", environment.name))
            .encryption_key(key)
            .logs_config(log_config(&group))
            .timeout_in_minutes(90)
            .queued_timeout_in_minutes(60)
            .triggers(proposal::triggers(&environment.branch)),
    );
}

fn role(environment: &Environment, connection: &ConnectionArn) -> RoleBuilder {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "PullRequestRole",
        names.role(WHAT),
        ServicePrincipal::CodeBuild,
        "Checks proposals for the definition",
    )
    .for_this_account_only()
    .on_behalf_of(arn::project(environment, &names.shared(WHAT)))
    .of_the_definition();
    Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    }
    .logs(&mut role, &names.log_group("cicd", WHAT));
    proposal::grant_repository(&mut role, connection);
    role
}
