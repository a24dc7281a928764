//! The projects of the stages.

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::resources::Handle;
use common::resources::codebuild::Project;
use common::resources::kinds::RoleArn;
use common::template::policy::ServicePrincipal;
use common::template::{Template, Value};

use crate::project::{Grants, PipelineProject, RELEASE, RELEASES, Size, bucket_name, role_arn};
use crate::{arn, bootstrap, deployment};

/// The projects that look at what is deployed and change nothing.
pub(crate) const LOOKING_PROJECTS: [&str; 2] = ["check", "verify"];

/// The projects that run as the deploy role of bootstrap.
pub(crate) const DEPLOYING_PROJECTS: [&str; 2] = ["self-update", "deploy"];

/// The projects of the pipeline.
#[derive(Debug)]
pub(super) struct Projects {
    pub(super) check: Handle<Project>,
    pub(super) self_update: Handle<Project>,
    pub(super) deploy: Handle<Project>,
    pub(super) verify: Handle<Project>,
}

/// Adds the projects, and the role of those that change nothing.
pub(super) fn add(template: &mut Template, environment: &Environment) -> Projects {
    let looking = role_arn(&looking_role(environment).add_to(template));
    let deploying = bootstrap::role_exports(environment).deploy_role.import();
    let mut project = |id, what: &str, does: &str, role: &Value<RoleArn>, size, minutes| {
        let names = environment.names();
        PipelineProject {
            id,
            name: names.shared(what),
            description: format!("{does} ({})", environment.name),
            role: role.clone(),
            log_group: names.log_group("cicd", what),
            buildspec: format!("buildspecs/{what}.yml"),
            variables: vec![
                ("ENVIRONMENT", environment.name.as_str().into()),
                ("RELEASE_BUCKET", bucket_name(environment, RELEASES).into()),
                ("RELEASE_KEY", RELEASE.into()),
            ],
            size,
            builds_images: false,
            minutes,
        }
        .add_to(template, environment)
    };
    Projects {
        check: project(
            "CheckProject",
            "check",
            "Checks the definition",
            &looking,
            Size::Medium,
            90,
        ),
        self_update: project(
            "SelfUpdateProject",
            "self-update",
            "Updates the pipelines",
            &deploying,
            Size::Medium,
            60,
        ),
        // As long as the slowest deployment: rolling through all machines, one at a time.
        deploy: project(
            "DeployProject",
            "deploy",
            "Deploys everything else",
            &deploying,
            Size::Medium,
            480,
        ),
        verify: project(
            "VerifyProject",
            "verify",
            "Compares what is deployed with the definition",
            &looking,
            Size::Small,
            30,
        ),
    }
}

/// Looks at stacks and changes none.
fn looking_role(environment: &Environment) -> RoleBuilder {
    let names = environment.names();
    let mut role = RoleBuilder::new(
        environment,
        "CheckRole",
        names.role("check"),
        ServicePrincipal::CodeBuild,
        "Looks at the environment's stacks",
    )
    .for_this_account_only()
    .of_the_definition();
    let grants = Grants {
        environment,
        key: bootstrap::exports(environment).artifact_key.import(),
    };
    for project in LOOKING_PROJECTS {
        role = role.on_behalf_of(arn::project(environment, &names.shared(project)));
        grants.logs(&mut role, &names.log_group("cicd", project));
    }
    deployment::grant_look(&mut role, environment);
    deployment::grant_drift(&mut role, environment);
    deployment::grant_machine_image(&mut role, environment);
    grants.artifacts(&mut role, &names.definition_pipeline());
    grants.clones_repository(&mut role, environment.pipeline.repository.as_str());
    role
}
