//! The deployment: our engine, on the one stack, with the digest that the commit's image has.
//!
//! Engine and assembly are those that the definition's pipeline published after its last
//! successful deployment, so a release never uses exports that are not deployed yet.

use common::application::Application;
use common::environment::Environment;
use common::grant::RoleBuilder;
use common::naming::ApplicationRole;
use common::resources::Handle;
use common::resources::codebuild::Project;
use common::template::Template;
use common::template::policy::{ServicePrincipal, Statement};

use crate::arn;
use crate::bootstrap;
use crate::deployment::{self, Stacks};
use crate::project::{Grants, PipelineProject, Size, role_arn};

const DEPLOY: &str = include_str!("../../../buildspecs/application-deploy.yml");
const VERIFY: &str = include_str!("../../../buildspecs/application-verify.yml");

/// The two projects of an application that run the engine.
pub(super) struct Projects {
    pub(super) deploy: Handle<Project>,
    pub(super) verify: Handle<Project>,
}

/// Adds the projects and their role, which can change one stack.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
) -> Projects {
    let role = role_arn(&role(environment, application).add_to(template));
    let names = environment.names();
    let name = &application.name;
    let mut project = |id, what: &str, does: &str, buildspec: &str, minutes| {
        PipelineProject {
            id,
            name: names.application_project(name, what),
            description: format!("{does} {name} ({})", environment.name),
            role: role.clone(),
            log_group: names.pipeline_log_group(name, what),
            buildspec: buildspec.to_owned(),
            variables: vec![
                ("ENVIRONMENT", environment.name.as_str().into()),
                ("APPLICATION", name.as_str().into()),
                ("REPOSITORY", names.repository(name).into()),
            ],
            size: Size::Small,
            builds_images: false,
            minutes,
        }
        .add_to(template, environment)
    };
    Projects {
        deploy: project("DeployProject", "deploy", "Deploys", DEPLOY, 120),
        verify: project("VerifyProject", "verify", "Verifies", VERIFY, 30),
    }
}

fn role(environment: &Environment, application: &Application) -> RoleBuilder {
    let names = environment.names();
    let name = &application.name;
    let bootstrap = bootstrap::exports(environment);
    let mut role = RoleBuilder::new(
        environment,
        "DeployRole",
        names.application_role(name, ApplicationRole::Deploy),
        ServicePrincipal::CodeBuild,
        &format!("Deploys releases of {name}"),
    )
    .for_this_account_only()
    .of_the_definition();
    deployment::grant_deploy(
        &mut role,
        environment,
        Stacks::ServiceOf(name),
        &bootstrap::role_exports(environment).execution_role.import(),
    );
    role.allow(
        Statement::allow(["ecr:DescribeImages"])
            .sid("Digest")
            .on(arn::regional(
                environment,
                "ecr",
                &format!("repository/{}", names.repository(name)),
            )),
    );
    let grants = Grants {
        environment,
        key: bootstrap.artifact_key.import(),
    };
    grants.takes_artifacts(&mut role, &names.pipeline(name));
    for what in ["deploy", "verify"] {
        role = role.on_behalf_of(arn::project(
            environment,
            &names.application_project(name, what),
        ));
        grants.logs(&mut role, &names.pipeline_log_group(name, what));
    }
    role
}
